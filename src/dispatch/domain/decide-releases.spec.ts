import { describe, expect, it } from '@jest/globals';
import {
  aDispatchState,
  anOpenDeployment,
  aWaitingRun,
  minutesAgo,
  NOW,
} from '../../../test/harness/builders/dispatch-state.js';
import type { WaitingReason } from '../../deployments/domain/run-state.js';
import type { Maintenance } from '../../groups/domain/maintenance.js';
import type { AssetId, DeploymentId, GroupId, ShareId } from '../../shared/ids.js';
import { decideReleases } from './decide-releases.js';
import type { DispatchState, Limited } from './dispatch-state.js';

const DUE = '2026-11-24T10:00:00.000Z';
const deploymentId = 'd2' as DeploymentId;
const shareId = 's1' as ShareId;

const decide = (parts: Parameters<typeof aDispatchState>[0]) => decideReleases(aDispatchState(parts), NOW);
const released = (parts: Parameters<typeof aDispatchState>[0]) => decide(parts).release.map(({ id }) => id);
const limits = (...entries: [string, number][]): ReadonlyMap<Limited, number> =>
  new Map(entries as [Limited, number][]);

const groupsOf = new Map([['a' as AssetId, ['g1' as GroupId]]]);
const windowFrom = (from: string): Maintenance => ({
  timeZone: 'UTC',
  windows: [{ days: ['tuesday'], from, durationMinutes: 120 }],
});
const [CLOSED, SHORT, OPEN] = [windowFrom('10:01'), windowFrom('08:59'), windowFrom('09:00')];
const maintenance = (of: Maintenance) => new Map([['g1' as GroupId, of]]);

describe('decideReleases', () => {
  it('releases one run per asset, the older one first', () => {
    const waiting = [aWaitingRun('r1', 'a'), aWaitingRun('r2', 'a'), aWaitingRun('r3', 'b')];

    const decision = decide({ waiting });

    expect(decision.release.map(({ id }) => id)).toEqual(['r1', 'r3']);
    expect(decision.hold).toEqual([{ id: 'r2', waitingFor: 'asset-free' }]);
  });

  it('holds a run whose asset has one under way, or is being scanned', () => {
    const waiting = [aWaitingRun('r1', 'a'), aWaitingRun('r2', 'b')];

    const decision = decide({
      waiting,
      active: [aWaitingRun('r0', 'a')],
      busyAssets: new Set(['b' as AssetId]),
    });

    expect(decision.hold).toEqual([
      { id: 'r1', waitingFor: 'asset-free' },
      { id: 'r2', waitingFor: 'asset-free' },
    ]);
  });

  it('expires a run at its instant and keeps its asset for the next one', () => {
    const waiting = [aWaitingRun('r1', 'a', { expiresAt: DUE }), aWaitingRun('r2', 'a')];

    const decision = decide({ waiting });

    expect(decision.expire).toEqual(['r1']);
    expect(decision.release.map(({ id }) => id)).toEqual(['r2']);
  });

  it('leaves a run alone whose deployment was ordered while the state was read', () => {
    const decision = decide({ waiting: [aWaitingRun('r1', 'a', { deploymentId })] });

    expect(decision).toMatchObject({ release: [], expire: [], hold: [] });
  });

  it('says nothing about a run that waits for the same reason as before', () => {
    const waiting = [aWaitingRun('r1', 'a', { waitingFor: 'concurrency' })];

    expect(decide({ waiting, limits: limits(['all', 0]) }).hold).toEqual([]);
  });

  describe('says why a run is not released:', () => {
    const held: readonly [WaitingReason, string, Parameters<typeof aDispatchState>[0]][] = [
      ['paused', 'the queue is paused', { isPaused: true }],
      ['paused', 'its deployment is paused', { deployments: [anOpenDeployment('d1', { state: 'paused' })] }],
      [
        'not-before',
        'its deployment begins later',
        { deployments: [anOpenDeployment('d1', { notBefore: '2026-11-24T10:00:00.001Z' })] },
      ],
      ['wave', 'its wave has not begun', { waiting: [aWaitingRun('r1', 'a', { wave: 1 })] }],
      ['window', 'no maintenance window is open', { groupsOf, maintenance: maintenance(CLOSED) }],
      ['window', 'too little is left of the window', { groupsOf, maintenance: maintenance(SHORT) }],
      ['asset-free', 'its asset is taken', { active: [aWaitingRun('r0', 'a')] }],
      ['concurrency', 'no worker has room', { limits: limits(['all', 0]) }],
      ['concurrency', 'its deployment has its number under way', { limits: limits(['d1', 0]) }],
      ['concurrency', 'its share serves its number', { limits: limits(['s1', 0]) }],
      ['concurrency', 'a group of its asset has its number', { groupsOf, limits: limits(['g1', 0]) }],
    ];

    it.each(held)('%s, when %s', (waitingFor, _when, parts) => {
      const decision = decide({ waiting: [aWaitingRun('r1', 'a', { shareId })], ...parts });

      expect(decision).toMatchObject({ release: [], expire: [], hold: [{ id: 'r1', waitingFor }] });
    });
  });

  it('lets runs expire whatever else holds them', () => {
    const waiting = [aWaitingRun('r1', 'a', { expiresAt: DUE })];

    expect(decide({ waiting, isPaused: true }).expire).toEqual(['r1']);
  });

  it('releases a run at the instant before which it may not begin', () => {
    const deployments = [anOpenDeployment('d1', { notBefore: DUE, state: 'scheduled' })];

    expect(released({ waiting: [aWaitingRun('r1', 'a')], deployments })).toEqual(['r1']);
  });

  it.each([
    ['all', limits(['all', 3])],
    ['a deployment', limits(['d1', 3])],
    ['a share', limits(['s1', 3])],
    ['a group', limits(['g1', 3])],
  ])('never goes over the limit of %s', (_what, some) => {
    const runs = ['r1', 'r2', 'r3', 'r4'].map((id) => aWaitingRun(id, `asset of ${id}`, { shareId }));
    const active = [aWaitingRun('r0', 'x', { shareId })];

    const groups = new Map([...runs, ...active].map((run) => [run.assetId, ['g1' as GroupId]] as const));

    expect(released({ waiting: runs, active, limits: some, groupsOf: groups })).toEqual(['r1', 'r2']);
  });

  it('releases a run that fits into the open window to the second', () => {
    const parts = { waiting: [aWaitingRun('r1', 'a')], groupsOf, maintenance: maintenance(OPEN) };

    expect(released(parts)).toEqual(['r1']);
    expect(decide(parts).overriding).toEqual(new Set());
  });

  it('keeps the windows of every group that holds the asset', () => {
    const [open, closed] = ['g1' as GroupId, 'g2' as GroupId];
    const both = new Map([['a' as AssetId, [open, closed]]]);
    const windows = new Map([[open, OPEN], [closed, CLOSED]]); // prettier-ignore

    expect(released({ waiting: [aWaitingRun('r1', 'a')], groupsOf: both, maintenance: windows })).toEqual([]);
  });

  it('lets an override pass the windows, and tells which runs needed it', () => {
    const windowOverride = { at: DUE, by: 'alice', reason: 'Zero-day' };
    const waiting = [aWaitingRun('r1', 'a'), aWaitingRun('r2', 'b')];
    const deployments = [anOpenDeployment('d1', { windowOverride })];

    const decision = decide({ waiting, deployments, groupsOf, maintenance: maintenance(CLOSED) });

    expect(decision.release.map(({ id }) => id)).toEqual(['r1', 'r2']);
    expect(decision.overriding).toEqual(new Set(['r1']));
  });

  it('lets others go past runs that a limit of their own holds', () => {
    const waiting = [aWaitingRun('r1', 'a'), aWaitingRun('r2', 'b', { deploymentId })];

    expect(
      released({ waiting, deployments: [anOpenDeployment('d2')], limits: limits(['all', 9], ['d1', 0]) }),
    ).toEqual(['r2']);
  });
});

describe('the order of release', () => {
  const both = [aWaitingRun('r1', 'a'), aWaitingRun('r2', 'b', { deploymentId })];
  const first = (parts: Partial<DispatchState>, d1: object, d2: object) =>
    released({
      waiting: both,
      limits: limits(['all', 1]),
      ...parts,
      deployments: [anOpenDeployment('d1', d1), anOpenDeployment('d2', d2)],
    });

  it('begins with the higher priority', () => {
    expect(first({}, {}, { priority: 5 })).toEqual(['r2']);
  });

  it('begins with the deployment that has fewer runs under way', () => {
    const active = [aWaitingRun('r0', 'x')];

    expect(first({ active, limits: limits(['all', 2]) }, {}, {})).toEqual(['r2']);
  });

  it('lets deployments take turns', () => {
    const ofFirst = ['r1', 'r2', 'r3'].map((id) => aWaitingRun(id, id));
    const ofSecond = ['r4', 'r5', 'r6'].map((id) => aWaitingRun(id, id, { deploymentId }));
    const parts = { waiting: [...ofFirst, ...ofSecond], deployments: [anOpenDeployment('d2')] };

    expect(released(parts)).toEqual(['r1', 'r4', 'r2', 'r5', 'r3', 'r6']);
  });

  it('raises a deployment of which nothing was released by one for each minute', () => {
    const busyOne = { priority: 5, createdAt: minutesAgo(9), lastReleasedAt: minutesAgo(0) };

    expect(first({}, busyOne, { createdAt: minutesAgo(5) })).toEqual(['r1']);
    expect(first({}, busyOne, { createdAt: minutesAgo(6) })).toEqual(['r2']);
  });

  it('raises it for one turn only', () => {
    const waiting = ['r1', 'r2'].map((id) => aWaitingRun(id, id));
    const high = ['r3', 'r4'].map((id) => aWaitingRun(id, id, { deploymentId }));
    const deployments = [
      anOpenDeployment('d1', { lastReleasedAt: minutesAgo(60) }),
      anOpenDeployment('d2', { priority: 5, lastReleasedAt: minutesAgo(0) }),
    ];

    expect(released({ waiting: [...waiting, ...high], deployments })).toEqual(['r1', 'r3', 'r4', 'r2']);
  });

  it('lets an old deployment outrank all newer ones at last', () => {
    const old = { createdAt: minutesAgo(50), lastReleasedAt: minutesAgo(0) };

    expect(first({}, old, { priority: 4 })).toEqual(['r1']);
    expect(first({}, old, { priority: 6 })).toEqual(['r2']);
  });

  it('counts the age from the instant at which a deployment may begin', () => {
    const ordered = { createdAt: minutesAgo(600), notBefore: minutesAgo(0) };

    expect(first({}, ordered, { priority: 1 })).toEqual(['r2']);
  });
});
