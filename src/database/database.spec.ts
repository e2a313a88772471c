import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Entity, type MigrationInterface, PrimaryColumn, type QueryRunner } from 'typeorm';
import { Database } from './database.js';

@Entity('note')
class Note {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;
}

class CreateNote1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE note (id varchar(36) PRIMARY KEY NOT NULL)');
    await runner.query(
      'CREATE TABLE reply (noteId varchar(36) REFERENCES note(id) DEFERRABLE INITIALLY DEFERRED)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE note');
  }
}

describe('Database', () => {
  let folder: string;
  let database: Database;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'winch-database-'));
    database = await Database.open(join(folder, 'test.sqlite'), {
      entities: [Note],
      migrations: [CreateNote1764000000000],
    });
  });

  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const ids = async () => (await database.reader.find(Note, { order: { id: 'ASC' } })).map((note) => note.id);

  it('keeps a bystander write when an overlapping transaction fails', async () => {
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const failing = database.write(async (tx) => {
      await tx.insert(Note, { id: 'A' });
      started.resolve();
      await release.promise;
      throw new Error('A fails');
    });
    await started.promise;

    const bystander = database.write((tx) => tx.insert(Note, { id: 'B' }));
    release.resolve();
    await Promise.allSettled([failing, bystander]);

    await expect(failing).rejects.toThrow('A fails');
    expect(await ids()).toEqual(['B']);
  });

  // What a full disk does: SQLite ends one transaction by itself, then the commit of the next one fails.
  it('commits what is written after a transaction that ended by itself and a commit that failed', async () => {
    await database.write((tx) => tx.insert(Note, { id: 'A' }));
    const ended = database.write((tx) => tx.query("INSERT OR ROLLBACK INTO note VALUES ('A')"));
    await expect(ended).rejects.toThrow('UNIQUE constraint failed');
    const uncommitted = database.write((tx) => tx.query("INSERT INTO reply VALUES ('nobody')"));
    await expect(uncommitted).rejects.toThrow('FOREIGN KEY constraint failed');

    await database.write((tx) => tx.insert(Note, { id: 'B' }));

    expect(await ids()).toEqual(['A', 'B']);
  });

  it('runs fifty overlapping transactions, each whole', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        database.write((tx) => tx.insert(Note, { id: String(index) })),
      ),
    );

    expect(await database.reader.count(Note)).toBe(50);
  });

  it('shows a reader nothing that is not committed', async () => {
    const seenInside = await database.write(async (tx) => {
      await tx.insert(Note, { id: 'A' });
      return ids();
    });

    expect(seenInside).toEqual([]);
    expect(await ids()).toEqual(['A']);
  });

  it('refuses a write inside a write instead of waiting for itself', async () => {
    const nested = database.write(() => database.write((tx) => tx.insert(Note, { id: 'A' })));

    await expect(nested).rejects.toThrow('write() inside write()');
  });

  it('lets nobody write through the reader', async () => {
    await expect(database.reader.insert(Note, { id: 'A' })).rejects.toThrow(/readonly/);
  });

  it('commits what a hook stores together with the write it joins', async () => {
    await database.withCommitHook(
      async (tx, result) => {
        await tx.insert(Note, { id: `after ${String(result)}` });
      },
      () =>
        database.write(async (tx) => {
          await tx.insert(Note, { id: 'A' });
          return 'A';
        }),
    );

    expect(await ids()).toEqual(['A', 'after A']);
  });

  it('undoes the write when the hook that joins it fails', async () => {
    const failing = database.withCommitHook(
      async () => {
        throw new Error('hook fails');
      },
      () => database.write((tx) => tx.insert(Note, { id: 'A' })),
    );

    await expect(failing).rejects.toThrow('hook fails');
    expect(await ids()).toEqual([]);
  });

  it('lets an inner hook join beside the outer one', async () => {
    const seen: string[] = [];

    await database.withCommitHook(
      async () => void seen.push('outer'),
      () =>
        database.withCommitHook(
          async () => void seen.push('inner'),
          () => database.write(async () => undefined),
        ),
    );

    expect(seen).toEqual(['outer', 'inner']);
  });

  it('leaves writes outside its work without the hook', async () => {
    const seen: unknown[] = [];
    const hook = async (_tx: unknown, result: unknown) => void seen.push(result);

    await Promise.all([
      database.withCommitHook(hook, () => database.write(async () => 'inside')),
      database.write(async () => 'outside'),
    ]);

    expect(seen).toEqual(['inside']);
  });
});
