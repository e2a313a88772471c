// `npm run build`: installs what is missing, then builds dist when its sources have changed.
import { ensureReady } from './bootstrap.mjs';
import { runMain } from './lib/say.mjs';

await runMain(() => ensureReady({ build: true }));
