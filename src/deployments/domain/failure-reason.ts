/** What a failure reason means, and what an operator checks first. */
interface FailureReasonText {
  readonly meaning: string;
  readonly hint: string;
}

/** Why a run did not succeed. A public list that only grows; `unknown` and `blocked` runs have a reason too. */
const REASONS = {
  'name-not-found': {
    meaning: "The asset's name could not be resolved",
    hint: "Check the asset's address and the DNS servers of the worker's host",
  },
  'connection-refused': {
    meaning: 'The asset answered that nothing listens on the WinRM port',
    hint: 'Enable WinRM on the asset (Enable-PSRemoting) and compare its listener with the port set for the asset',
  },
  'connect-timed-out': {
    meaning: 'The asset did not answer in time',
    hint: 'Check that it is switched on and that its firewall lets the worker reach the WinRM port',
  },
  'host-unreachable': {
    meaning: 'The network has no way to the asset',
    hint: "Check the asset's address, VPN and routing",
  },
  'tls-untrusted': {
    meaning: "The asset's certificate is not trusted, has expired or names another host",
    hint: "Install a certificate that the worker trusts, or set the asset's tlsVerify to fingerprint",
  },
  'tls-fingerprint-mismatch': {
    meaning: "The asset's certificate is not the pinned one",
    hint: 'Find out whether the certificate was renewed before pinning the new one: someone may be in between',
  },
  'tls-failed': {
    meaning: 'No TLS connection came about',
    hint: "Check that the port is the asset's HTTPS listener and that it offers TLS 1.2 or newer",
  },
  'wrong-password': {
    meaning: 'The asset refused the user name or the password',
    hint: 'Check the credential; the account may also be disabled, locked or expired',
  },
  'access-denied': {
    meaning: 'The account may log on but not do what is needed',
    hint: "Make it a member of the asset's Administrators; for a local account set LocalAccountTokenFilterPolicy",
  },
  'winrm-not-enabled': {
    meaning: 'Something else than WinRM answers on this port',
    hint: 'Run Enable-PSRemoting on the asset and check its port and transport settings',
  },
  'quota-exceeded': {
    meaning: 'A WinRM quota of the asset is used up',
    hint: 'Raise MaxShellsPerUser, MaxProcessesPerShell or MaxMemoryPerShellMB, or end shells that are left over',
  },
  'script-blocked': {
    meaning: 'The asset does not let our PowerShell run',
    hint: 'Check antivirus, AppLocker and WDAC rules; constrained language mode is not supported',
  },
  'powershell-too-old': {
    meaning: 'Windows PowerShell on the asset is older than 5.1',
    hint: 'Install Windows Management Framework 5.1',
  },
  'task-did-not-start': {
    meaning: 'The scheduled task was registered but did not start',
    hint: 'Check the Task Scheduler service and the last result of the task below \\Winch on the asset',
  },
  'run-folder-unsafe': {
    meaning: "Winch's folder on the asset belongs to someone else or is redirected",
    hint: 'Find out who made %SystemRoot%\\Winch on the asset, then remove it',
  },
  'start-expired': {
    meaning: 'The target was reached after the last moment to start',
    hint: "Compare the asset's clock, and deploy again with a later expiresAt",
  },
  expired: {
    meaning: 'The run was not started before its expiry',
    hint: 'See in the events what it waited for, and deploy again with a later expiresAt',
  },
  'step-failed': {
    meaning: 'A step ended with a code that is not a success code',
    hint: "Read the step's output and the meaning of its return code",
  },
  'step-timed-out': {
    meaning: 'A step took longer than its own time-out',
    hint: 'See in its output where it stopped, and whether it waits for a user; raise timeoutSeconds otherwise',
  },
  'program-not-found': {
    meaning: "A step's program or file was not found on the asset",
    hint: "Check the path, and that the asset's computer account may read the package share",
  },
  'program-not-startable': {
    meaning: "A step's program is there but could not be started",
    hint: 'Read the detail: usually another processor architecture, missing rights or a damaged file',
  },
  'secrets-not-delivered': {
    meaning: "The secrets (parameters, the share's password) did not reach the runner in time",
    hint: 'The connection broke right after the start; rerun, and read the events if it happens again',
  },
  'share-unreachable': {
    meaning: 'The asset does not reach the package share',
    hint: "Check the share's path, that the asset resolves the server's name, and its way to port 445",
  },
  'share-access-denied': {
    meaning: 'The account may log on to the package share but not read it',
    hint: "Give the share's credential, or the computer accounts, Read & Execute on share and folder",
  },
  'share-logon-refused': {
    meaning: "The package share's server refused the user name or the password",
    hint: "Correct the share's credential; the account may also be disabled, locked or expired",
  },
  'share-session-conflict': {
    meaning: 'The asset holds a connection to the same server under another account (error 1219)',
    hint: 'Give the share under another name of its server (an alias or its IP address), or let the computer accounts read it',
  },
  'share-credential-missing': {
    meaning: "The package share's credential was removed after the order",
    hint: 'Give the share a credential again, and rerun',
  },
  'maximum-duration': {
    meaning: "The package's maximum duration passed",
    hint: 'See which step was running; raise maxDurationSeconds if it only needed longer',
  },
  cancelled: { meaning: 'Someone cancelled the run', hint: 'The audit log says who' },
  'reboot-started-by-step': {
    meaning: 'A step started a reboot before the last step',
    hint: 'Make it the last step, or keep the installer from restarting (/norestart)',
  },
  'target-rebooted': {
    meaning: 'The asset was restarted while the run was under way',
    hint: "Look into the asset's event log for who or what restarted it, then rerun",
  },
  'runner-gone': {
    meaning: 'The runner ended without finishing its journal',
    hint: 'Someone or something (antivirus?) ended it; look into the event log of the asset, then rerun',
  },
  'runner-error': {
    meaning: 'The runner met an error of its own',
    hint: 'Read the detail; it is a fault of Winch or of the PowerShell installation on the asset',
  },
  'task-time-limit': {
    meaning: "Task Scheduler ended the runner at the task's time limit",
    hint: 'The runner did not end by its own deadline; see which step was running',
  },
  'journal-conflict': {
    meaning: "The asset's journal contradicts its plan or what was recorded before",
    hint: 'Read the detail; a journal that was changed or restored from a backup does not count',
  },
  'journal-unreadable': {
    meaning: "The asset's journal holds a line that is not valid",
    hint: "Read the detail; check the asset's disk and antivirus",
  },
  'journal-too-long': {
    meaning: "The asset's journal holds more than the runner of this plan writes",
    hint: 'Something else writes it, or a loop of steps prints without end: look at the asset and the end of the output',
  },
  'nothing-on-target': {
    meaning: 'The asset holds nothing of a run that had been started',
    hint: 'It may have been reinstalled or restored; check by hand what the package did',
  },
  'tombstone-only': {
    meaning: 'The run was cleaned up on the asset before its result was recorded',
    hint: 'Check by hand what the package did; it is never run twice by itself',
  },
  'no-credential': {
    meaning: 'No credential may open this asset',
    hint: 'Add a credential whose scope includes it',
  },
  'logon-held-back': {
    meaning: 'The credential failed on this asset a short while ago, and another try could lock it out',
    hint: 'Correct the credential, or wait 15 minutes',
  },
  'authentication-not-offered': {
    meaning: 'The asset does not offer the authentication that is set for it',
    hint: 'Compare `winrm get winrm/config/service/auth` on the asset with its authentication setting',
  },
  'clear-text-refused': {
    meaning: 'Going on would have sent the password or the commands unencrypted',
    hint: 'Use transport https for basic authentication; leave AllowUnencrypted off',
  },
  'protocol-error': {
    meaning: 'The asset answered with something that is not WinRM as specified',
    hint: 'Check for a proxy in between; otherwise report it with a recording',
  },
  'scan-unreadable': {
    meaning: 'The asset answered the scan with something that cannot be believed',
    hint: 'Read the detail; check the asset for software that changes what PowerShell prints',
  },
  'scan-timed-out': {
    meaning: 'The asset did not answer the scan in time',
    hint: 'Check the load of the asset and its WMI service, then scan again',
  },
  'asset-gone': {
    meaning: 'The asset was removed or retired before it was its turn',
    hint: 'Register it again, or make it active, then deploy or scan again',
  },
  'connection-lost': {
    meaning: 'The connection broke and could not be set up again',
    hint: 'Check the network; the asset may have been switched off',
  },
  'worker-error': {
    meaning: 'The worker met an error of its own',
    hint: "Read the worker's log at the time of the run and report it",
  },
  'plan-refused': {
    meaning: 'The package could not be compiled for this asset',
    hint: 'Read the detail: usually no package share, or a value that may not stand in a command line',
  },
  'installer-busy': {
    meaning: 'Windows Installer was still working after its step had been ended',
    hint: 'Wait until no msiexec.exe runs on the asset, then check what it installed',
  },
} as const satisfies Record<string, FailureReasonText>;

export type FailureReason = keyof typeof REASONS;

/** Every failure reason. */
export const FAILURE_REASONS = Object.keys(REASONS) as [FailureReason, ...FailureReason[]];

/** What the reason means, in one line. */
export function failureMeaning(reason: FailureReason): string {
  return REASONS[reason].meaning;
}

/** What an operator checks next, in one line. */
export function failureHint(reason: FailureReason): string {
  return REASONS[reason].hint;
}
