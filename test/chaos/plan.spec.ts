import { describe, expect, it } from '@jest/globals';
import { misbehaviourSchema } from '../windows-host/faults/misbehaviour.js';
import { paceNamed } from './pace.js';
import { planChaos, type Trouble } from './plan.js';

const OPTIONS = { seed: 7, kills: 300, runs: 60, pace: paceNamed('usual') };

describe('a chaos plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planChaos(OPTIONS)).toEqual(planChaos(OPTIONS));
    expect(planChaos({ ...OPTIONS, seed: 8 })).not.toEqual(planChaos(OPTIONS));
  });

  it('holds as many disturbances as were asked for, of every kind, in order', () => {
    const plan = planChaos(OPTIONS);
    const instants = plan.map(({ atMs }) => atMs);

    expect(plan).toHaveLength(300);
    expect(instants).toEqual(instants.toSorted((left, right) => left - right));
    expect(
      [...new Set(plan.map(({ trouble }) => trouble.kind))].toSorted((a, b) => a.localeCompare(b)),
    ).toEqual([
      'clock',
      'connections',
      'disk-full',
      'flush',
      'freeze',
      'kill',
      'lie',
      'locked',
      'reboot',
      'restart-service',
      'unreachable',
    ]);
  });

  it('names only hosts of the fleet, and only faults that a host knows', () => {
    const troubles = planChaos(OPTIONS).map(({ trouble }) => trouble);
    const rules = troubles.flatMap((trouble) => (trouble.kind === 'connections' ? [trouble.rule] : []));

    expect(troubles.flatMap(hostsOf).filter((host) => host < 0 || host >= OPTIONS.runs)).toEqual([]);
    expect(rules.filter((rule) => !misbehaviourSchema.safeParse(rule).success)).toEqual([]);
    expect(rules.length).toBeGreaterThan(0);
  });
});

function hostsOf(trouble: Trouble): readonly number[] {
  return 'hosts' in trouble ? trouble.hosts : [];
}
