import { aCommand, aPackage } from '../../harness/builders/package.js';
import { Winch } from '../../harness/winch.js';
import type { MisbehaviourInput } from '../../windows-host/faults/misbehaviour.js';
import { DataDisk } from '../data-disk.js';
import { Journals } from '../journals.js';
import { type ChaosResult, judge } from '../judge.js';
import { paceNamed } from '../pace.js';
import { FAULTS, OPERATIONS } from '../plan.js';
import { Troubles } from '../troubles.js';

/** Every WinRM operation, of the following and of the clean-up, broken in every way, before and after it was carried out. */
export const BROKEN_OPERATIONS: readonly MisbehaviourInput[] = OPERATIONS.flatMap((on) =>
  FAULTS.flatMap((fault) =>
    ([1, 2] as const).flatMap((nth) =>
      (['before', 'after'] as const).map((when) => ({ on, nth, do: fault, when })),
    ),
  ),
);

/** One run for each of them. All must succeed: a connection may break at any time. */
export async function breakOperations(): Promise<ChaosResult> {
  await using disk = await DataDisk.create({ mount: false });
  await using winch = await Winch.start({ dataDir: disk.folder });
  const programs = { 'first.exe': { output: ['one'], durationMs: 700 }, 'second.exe': { durationMs: 300 } };
  const hosts = [];
  for (const [index, rule] of BROKEN_OPERATIONS.entries()) {
    const host = await winch.addHost(`O-${String(index + 1).padStart(3, '0')}`, { patch: { programs } });
    host.host.misbehave(rule);
    hosts.push(host);
  }
  await winch.addPackage(
    aPackage('Chaos')
      .withStep(aCommand('First', 'first.exe'))
      .withStep(aCommand('Second', 'second.exe'))
      .withStep(aCommand('Third', 'echo third end')),
  );
  using journals = new Journals(hosts);
  await using troubles = new Troubles({ winch, hosts, disk });
  const assets = hosts.map(({ name }) => name);
  const { id } = await winch.client.deploy({ package: 'Chaos', targets: { assets } });
  const scene = { winch, hosts, journals, troubles };
  // Awaited here: nothing may be disposed while it is judged.
  return await judge(scene, { deploymentIds: [id], pace: paceNamed('usual') });
}
