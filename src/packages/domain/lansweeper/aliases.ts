import type { PackageStep } from '../steps/step-types.js';

/**
 * What elements and attributes of a Lansweeper package export may be called. Their real names are not documented, and
 * no sample was at hand when this was written: these are guesses from the words of its pages. A name that a real file
 * uses is added here and nowhere else. Written in lower case, letters and digits only: see `keyOf`.
 */
export const ALIASES = {
  package: ['package', 'deploymentpackage', 'lansweeperpackage', 'tsysdeploypackages'],
  steps: ['steps', 'packagesteps', 'deploymentsteps', 'actions'],
  step: ['step', 'packagestep', 'deploymentstep', 'action', 'tsysdeploypackagesteps'],
  name: ['name', 'packagename', 'stepname', 'displayname', 'title'],
  description: ['description', 'packagedescription', 'comment', 'comments'],
  rescan: ['rescan', 'rescanassets', 'rescanasset'],
  order: ['order', 'steporder', 'stepnumber', 'sequence', 'stepnr'],
  type: ['type', 'steptype', 'actiontype', 'typename'],
  path: ['path', 'filepath', 'file', 'filename', 'installer', 'installerpath', 'scriptpath', 'script'],
  parameters: ['parameters', 'parameter', 'arguments', 'args'],
  command: ['command', 'commandline', 'cmd'],
  process: ['process', 'processname', 'killprocess'],
  force: ['force', 'forcekill'],
  children: ['killchildren', 'killchildprocesses', 'childprocesses', 'includechildren'],
  productCode: ['productcode', 'msicode', 'msiguid', 'guid', 'softwareguid'],
  successCodes: ['successcodes', 'returncodes', 'successreturncodes', 'returncode', 'successcode'],
  onSuccess: ['onsuccess', 'success', 'successaction', 'ifsuccess'],
  onFailure: ['onfailure', 'failure', 'failed', 'failureaction', 'iffailure', 'onfail'],
} as const;
export type Field = keyof typeof ALIASES;

/** What a step's type may be called, as `ALIASES`. A condition's criteria are not read: such a step is only listed. */
export const TYPE_ALIASES: Readonly<Record<string, PackageStep['type']>> = {
  installer: 'installer',
  install: 'installer',
  command: 'command',
  commandline: 'command',
  script: 'script',
  killprocess: 'kill-process',
  msiuninstaller: 'msi-uninstaller',
  msiuninstall: 'msi-uninstaller',
};

/** What a jump may be called, as `ALIASES`; anything else is taken for the name of a step. */
export const JUMP_ALIASES: Readonly<Record<string, 'next' | 'stop-success' | 'stop-failure'>> = {
  next: 'next',
  nextstep: 'next',
  gotonextstep: 'next',
  stopsuccess: 'stop-success',
  stopwithsuccess: 'stop-success',
  stopfailure: 'stop-failure',
  stopfailed: 'stop-failure',
  stopwithfailure: 'stop-failure',
};

/** A name as the tables have it. */
export function keyOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
