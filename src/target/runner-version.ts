/** What `run.started` reports as `runnerVersion`. Raise it with every change of the runner. Keep in step with runner/main.ps1. */
export const RUNNER_VERSION = '1.0.0';
