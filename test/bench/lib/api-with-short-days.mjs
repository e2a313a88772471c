// The api role as `dist/src/main.js` runs it, with retention in minutes: the settings are whole days, and its loop turns
// once an hour. Everything else is the product's.
import { loadApiConfig } from '../../../dist/src/config/app-config.js';
import { startApi } from '../../../dist/src/api-main.js';
import { Retention } from '../../../dist/src/recording/retention.service.js';

const MINUTES_PER_DAY = 24 * 60;
const RETAIN_EVERY_MS = 15_000;

const days = (minutes) => Number(minutes) / MINUTES_PER_DAY;
const { BENCH_KEEP_OUTPUT_MINUTES, BENCH_KEEP_LOG_MINUTES } = process.env;
const api = await startApi({
  ...loadApiConfig(process.env),
  keepOutputDays: days(BENCH_KEEP_OUTPUT_MINUTES),
  keepLogDays: days(BENCH_KEEP_LOG_MINUTES),
});
const retention = api.app.get(Retention);
let turn = Promise.resolve();
const timer = setInterval(() => {
  turn = turn.then(() => retention.retain());
}, RETAIN_EVERY_MS);
process.once('SIGTERM', () => {
  clearInterval(timer);
  void turn.then(() => api.close()).then(() => process.exit(0));
});
