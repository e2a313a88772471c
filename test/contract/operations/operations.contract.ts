import { describe } from '@jest/globals';

import { describeConditions } from './conditions.contract.js';
import { describeFinalAction } from './final-action.contract.js';
import { describeFinishedRun } from './finished-run.contract.js';
import { describeKillProcess } from './kill-process.contract.js';
import { describeKilling } from './killing.contract.js';
import { describeLifecycle } from './lifecycle.contract.js';
import { describeLongRun } from './long-run.contract.js';
import type { MakeOperationsHost } from './operations-host.js';
import { describeOutput } from './output.contract.js';
import { describeScan } from './scan.contract.js';
import { describeSecrets } from './secrets.contract.js';
import { describeStartAgain } from './start-again.contract.js';
import { describeShares } from './shares.contract.js';
import { describeSteps } from './steps.contract.js';

/** The operations' contract (docs/developing/operations.md and journal.md), the same for every engine. */
export function describeOperationsContract(makeHost: MakeOperationsHost): void {
  describe('lifecycle', () => {
    describeLifecycle(makeHost);
  });
  describe('a second start', () => {
    describeStartAgain(makeHost);
  });
  describe('a run that goes on', () => {
    describeLongRun(makeHost);
  });
  describe('a run that is over', () => {
    describeFinishedRun(makeHost);
  });
  describe('steps', () => {
    describeSteps(makeHost);
  });
  describe('conditions', () => {
    describeConditions(makeHost);
  });
  describe('final action', () => {
    describeFinalAction(makeHost);
  });
  describe('output', () => {
    describeOutput(makeHost);
  });
  describe('killing', () => {
    describeKilling(makeHost);
  });
  describe('kill-process', () => {
    describeKillProcess(makeHost);
  });
  describe('secrets', () => {
    describeSecrets(makeHost);
  });
  describe('scans', () => {
    describeScan(makeHost);
  });
  describe('shares', () => {
    describeShares(makeHost);
  });
}
