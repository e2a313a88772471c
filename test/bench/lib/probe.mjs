// Loaded into a process under measurement with `--import`: tells every few seconds what only the process itself knows.
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const EVERY_MS = 5_000;
const NANOSECONDS_PER_MS = 1e6;
/** monitorEventLoopDelay measures how long its timer took, the timer's own interval among it. */
const RESOLUTION_MS = 10;

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
setInterval(() => {
  const loopDelayP99Ms = Math.max(0, delays.percentile(99) / NANOSECONDS_PER_MS - RESOLUTION_MS);
  const heapBytes = process.memoryUsage().heapUsed;
  delays.reset();
  appendFileSync(process.env.BENCH_PROBE_FILE, `${JSON.stringify({ loopDelayP99Ms, heapBytes })}\n`);
}, EVERY_MS).unref();
