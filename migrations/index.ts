import type { MigrationInterface } from 'typeorm';

/** Every migration in the order in which they run. An explicit list: the same under Jest and in dist. */
export const migrations: readonly (new () => MigrationInterface)[] = [];
