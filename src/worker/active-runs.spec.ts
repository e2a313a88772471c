import { describe, expect, it } from '@jest/globals';
import { ActiveRuns, type ActiveRun } from './active-runs.js';

function aFollowing(epoch: number): ActiveRun {
  return { targetRunId: 'run-1', epoch, requestCancel: () => undefined, abandon: () => undefined };
}

describe('ActiveRuns', () => {
  it.each([[[1, 2]], [[2, 1]]])(
    'tells of the highest epoch alone when a run is followed under %j',
    (epochs) => {
      const runs = new ActiveRuns();
      const followings = epochs.map((epoch) => aFollowing(epoch));
      for (const following of followings) runs.add(following);

      const older = followings.find(({ epoch }) => epoch === 1);
      if (older) runs.remove(older);

      expect(runs.list()).toEqual([{ targetRunId: 'run-1', epoch: 2 }]);
    },
  );
});
