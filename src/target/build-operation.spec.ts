import type { ExecutionPlan } from '../packages/domain/execution-plan.js';
import { Secret } from '../shared/secret.js';
import { buildOperation, type OperationInput } from './build-operation.js';
import { RUNNER_VERSION } from './runner-version.js';
import { operationScript, runnerScript } from './scripts.js';

const plan: ExecutionPlan = {
  planVersion: 1,
  targetRunId: 'run-1',
  package: { name: 'Größe 日本', revision: 3 },
  runMode: 'system',
  maxDurationSeconds: 60,
  finalAction: { action: 'none', waitSeconds: 30, message: '', when: 'always' },
  share: null,
  secretNames: ['WINCH_TOKEN', 'WINCH_OTHER'],
  outputLimitBytes: 1024,
  retryBackoff: { initialSeconds: 1, maxSeconds: 2 },
  start: 'stop-success',
  steps: [],
};

const start: OperationInput = {
  operation: 'start',
  targetRunId: 'run-1',
  epoch: 1,
  offset: 0,
  heartbeatSeconds: 15,
  startBefore: '2026-01-01T00:00:00.000Z',
  taskTimeLimitSeconds: 500,
  plan,
};

const secrets = [new Secret('pl4nted-Secret!'), new Secret('größer')];

function linesOf(stdin: Buffer): string[] {
  return stdin.toString('latin1').split('\n');
}

describe('buildOperation', () => {
  it('puts data, secrets and script on stdin in that order', () => {
    const [data, secretLine, ...script] = linesOf(buildOperation(start, secrets));

    expect(JSON.parse(data ?? '')).toMatchObject({ operation: 'start', targetRunId: 'run-1', plan });
    expect(secretLine).toBe('cGw0bnRlZC1TZWNyZXQh,Z3LDtsOfZXI=');
    expect(script.join('\n')).toBe(`${operationScript('start')}\n`);
  });

  it('sends the runner along with start only', () => {
    const [startLine] = linesOf(buildOperation(start, secrets));
    const [cancelLine] = linesOf(buildOperation({ operation: 'cancel', targetRunId: 'run-1' }));

    const sent: { runner: string } = JSON.parse(startLine ?? '');
    expect(Buffer.from(sent.runner, 'base64').toString('latin1')).toBe(runnerScript());
    expect(JSON.parse(cancelLine ?? '')).toEqual({ operation: 'cancel', targetRunId: 'run-1' });
  });

  it('consists of ASCII and line feeds only', () => {
    const stdin = buildOperation(start, secrets);

    expect(stdin.filter((byte) => byte > 0x7e || (byte < 0x20 && byte !== 0x0a))).toHaveLength(0);
  });

  it('leaves the second line empty without secrets', () => {
    const [, secretLine] = linesOf(buildOperation({ operation: 'cleanup', targetRunId: 'run-1' }));

    expect(secretLine).toBe('');
  });

  it('keeps secrets out of the first line', () => {
    const [data] = linesOf(buildOperation(start, secrets));

    expect(data).not.toContain('pl4nted');
    expect(data).not.toContain('cGw0bnRlZC1TZWNyZXQh');
  });

  it('refuses to leave out a secret that the plan names', () => {
    expect(() => buildOperation(start, [new Secret('one')])).toThrow(/names 2 secrets, 1 were given/);
  });

  it.each(['start', 'follow', 'cancel', 'cleanup', 'scan'] as const)(
    'has one and the same script for each %s',
    (name) => {
      expect(operationScript(name)).toBe(operationScript(name));
      expect(operationScript(name)).toContain('\nInvoke-Operation {\n');
    },
  );
});

describe('runnerScript', () => {
  it('reports the version that the worker knows', () => {
    expect(runnerScript()).toContain(`function Get-RunnerVersion { return '${RUNNER_VERSION}' }`);
  });

  it('defines every function before its last line runs', () => {
    expect(runnerScript().trimEnd().endsWith('exit $script:Run.ExitCode')).toBe(true);
  });
});
