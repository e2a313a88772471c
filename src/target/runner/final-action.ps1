# The final action: what is done with the machine after the run. Exactly one event, the journal's last.

function Invoke-FinalAction([hashtable]$End) {
    $final = $script:Run.Plan.finalAction
    $reason = Get-SkipReason $End $final
    if ($null -ne $reason) { return Write-FinalSkipped $reason '' }
    if ($final.action -eq 'log-off') { return Invoke-LogOff $final }
    Invoke-Shutdown $final
}

# Of a run that could not do its work: nothing to restart for.
function Skip-FinalAction([hashtable]$End, [string]$Detail) {
    $reason = $null
    try { $reason = Get-SkipReason $End $script:Run.Plan.finalAction } catch { $Detail += ' (the plan cannot be read)' }
    if ($null -eq $reason) { $reason = 'failed' }
    Write-FinalSkipped $reason $Detail
}

function Get-SkipReason([hashtable]$End, $Final) {
    if ($Final.action -eq 'none') { return 'none' }
    if ($End.Outcome -eq 'cancelled') { return 'cancelled' }
    if ($End.Outcome -eq 'interrupted') { return 'interrupted' }
    if ($script:Run.InstallerBusy) { return 'installer-busy' }
    if ($Final.when -eq 'if-required' -and -not $script:Run.RebootRequired) { return 'not-required' }
    return $null
}

function Write-FinalSkipped([string]$Reason, [string]$Detail) {
    $script:Run.Ended = $true
    Write-Event 'final-action.skipped' ([ordered]@{ reason = $Reason; detail = Limit-Text $Detail 2000 })
}

function Write-FinalStarted([string]$Action, [long]$WaitSeconds, [string]$CommandLine) {
    $script:Run.Ended = $true
    Write-Event 'final-action.started' ([ordered]@{
            action = $Action; waitSeconds = $WaitSeconds; commandLine = Limit-Text $CommandLine 2000
        })
}

# At least 30 s, so that the journal is read before the machine goes down.
function Invoke-Shutdown($Final) {
    $wait = [Math]::Min([Math]::Max(30, [long]$Final.waitSeconds), 315360000)
    $arguments = Get-ShutdownArgument $Final $wait
    $answer = Invoke-SystemTool 'shutdown.exe' $arguments 30000
    if ($answer.ExitCode -ne 0) {
        return Write-FinalSkipped 'failed' "shutdown.exe $arguments ended with $($answer.ExitCode): $($answer.Text)"
    }
    Write-FinalStarted $Final.action $wait ((Get-SystemTool 'shutdown.exe') + ' ' + $arguments)
}

# p:4:1 is the planned application maintenance of the event log. shutdown.exe takes 512 characters of message.
function Get-ShutdownArgument($Final, [long]$WaitSeconds) {
    $switch = if ($Final.action -eq 'reboot') { '/r' } else { '/s' }
    $arguments = "$switch /t $WaitSeconds /d p:4:1"
    if ($Final.message -ne '') { $arguments += ' /c ' + (ConvertTo-Argument (Limit-Text $Final.message 512)) }
    return $arguments
}

# Quoted as the C runtime takes a command line apart: backslashes double before a quotation mark.
function ConvertTo-Argument([string]$Text) {
    return '"' + [regex]::Replace([regex]::Replace($Text, '(\\*)"', '$1$1\"'), '(\\+)$', '$1$1') + '"'
}

# The journal ends before the wait: it would keep the follower waiting, and nothing more is to be told.
function Invoke-LogOff($Final) {
    if (-not [IO.File]::Exists((Get-SystemTool 'logoff.exe'))) {
        return Write-FinalSkipped 'failed' 'logoff.exe does not exist on this edition of Windows'
    }
    $wait = [long]$Final.waitSeconds
    Write-FinalStarted 'log-off' $wait "logoff.exe for every interactive session, after $wait seconds"
    Send-SessionMessage $Final $wait
    Start-Sleep -Seconds $wait
    foreach ($session in Get-InteractiveSession) { [void](Invoke-SystemTool 'logoff.exe' ([string]$session) 60000) }
}

# msg.exe is missing on some editions; the message is a courtesy.
function Send-SessionMessage($Final, [long]$WaitSeconds) {
    if ($Final.message -eq '' -or -not [IO.File]::Exists((Get-SystemTool 'msg.exe'))) { return }
    [void](Invoke-SystemTool 'msg.exe' "* /TIME:$WaitSeconds $(ConvertTo-Argument $Final.message)" 15000)
}

# Sessions in which a user's desktop runs. From processes: what quser prints depends on the language.
function Get-InteractiveSession {
    $desktop = 'explorer', 'sihost', 'taskhostw', 'taskhostex', 'rdpclip'
    $sessions = Get-Process -Name $desktop -ErrorAction SilentlyContinue | ForEach-Object { $_.SessionId }
    return @($sessions | Where-Object { $_ -gt 0 } | Sort-Object -Unique)
}
