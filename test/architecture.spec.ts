import { describe, expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import { importCycles } from './architecture/cycles.js';
import { barrels, forbiddenImports, forbiddenUses, tooLong, unknownPlaces } from './architecture/faults.js';
import { parseModule, readModules, type SourceModule } from './architecture/source-module.js';

const root = resolve(__dirname, '..');
const source = readModules(root, 'src');

describe('the source', () => {
  it('is read at all', () => {
    const paths = source.map(({ path }) => path);

    expect(paths).toEqual(
      expect.arrayContaining(['src/shared/ids.ts', 'src/database/database.ts', 'src/ntlm/index.ts']),
    );
  });

  it('stands in folders that the rules know', () => {
    expect(unknownPlaces(source)).toEqual([]);
  });

  it('imports only in the one direction of the MAY_IMPORT table', () => {
    expect(forbiddenImports(source)).toEqual([]);
  });

  it('has no import cycle', () => {
    expect(importCycles(source)).toEqual([]);
  });

  it('gets clock and settings handed in where it is plain, and has no forwardRef', () => {
    expect(forbiddenUses(source)).toEqual([]);
  });

  it('has no barrel but the index of each library', () => {
    expect(barrels(source)).toEqual([]);
  });

  it('has no file of more than 300 lines, and no test of more than 400', () => {
    const everything = [...source, ...readModules(root, 'test'), ...readModules(root, 'migrations')];

    expect(tooLong(everything)).toEqual([]);
  });
});

describe('the checker', () => {
  const given = (path: string, text: string): SourceModule[] => [parseModule(path, text)];

  it.each([
    ['src/ntlm/hashes.ts', "import { x } from '../shared/errors.js';", 'ntlm may not use shared'],
    ['src/winrm/session.ts', "import { x } from '../worker/follow.js';", 'winrm may not use worker'],
    ['src/winrm/session.ts', "import { x } from '../ntlm/rc4.js';", 'ntlm is a library: import its index.js'],
    ['src/shared/ids.ts', "import { z } from 'zod';", 'shared may not use this package'],
    [
      'src/packages/domain/plan.ts',
      "import { Injectable } from '@nestjs/common';",
      'domain may not use this package',
    ],
    [
      'src/packages/domain/plan.ts',
      "export * from '../persistence/package.entity.js';",
      'domain may not use persistence',
    ],
    ['src/worker/follow.ts', "import type { Job } from 'bullmq';", 'worker may not use this package'],
    [
      'src/worker/follow.ts',
      "const x = await import('../database/database.js');",
      'worker may not use database',
    ],
    [
      'src/assets/assets.service.ts',
      "import { NotFoundException } from '@nestjs/common';",
      'may not take NotFoundException',
    ],
    [
      'src/assets/assets.service.ts',
      "import { EntityManager } from 'typeorm';",
      'service may not use this package',
    ],
    [
      'src/assets/assets.service.ts',
      "import { A } from '../packages/persistence/a.js';",
      'of another feature',
    ],
    [
      'src/assets/assets.module.ts',
      "import { A } from '../packages/persistence/a.js';",
      'of another feature',
    ],
    [
      'src/assets/api/assets.controller.ts',
      "import { A } from '../persistence/a.js';",
      'api may not use persistence',
    ],
    [
      'src/database/database.ts',
      "import { A } from '../assets/persistence/a.js';",
      'database may not use persistence',
    ],
    ['src/http/guard.ts', "import { A } from '../assets/assets.service.js';", 'it may know access only'],
    [
      'src/deployments/deployments.service.ts',
      "import { Queue } from 'bullmq';",
      'service may not use this package',
    ],
    [
      'src/recording/api/x.controller.ts',
      "import { A } from '../../deployments/persistence/a.js';",
      'api may not use',
    ],
    ['src/winrm/session.ts', "import { x } from './testing/acceptor.js';", 'it is a double for tests'],
    ['src/main.ts', "import { x } from '../test/harness/x.js';", 'it stands outside src'],
  ])('reports in %s the line %s', (path, text, message) => {
    expect(forbiddenImports(given(path, text))).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['src/winrm/session.ts', "import { NtlmInitiator } from '../ntlm/index.js';"],
    [
      'src/assets/assets.service.ts',
      "import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';",
    ],
    ['src/assets/assets.service.ts', "import type { EntityManager } from 'typeorm';"],
    ['src/assets/assets.service.ts', "import { AssetRepository } from './persistence/asset.repository.js';"],
    [
      'src/deployments/deployments.service.ts',
      "import { AssetsService } from '../assets/assets.service.js';",
    ],
    ['src/worker/run-consumer.ts', "import { Worker } from 'bullmq';"],
    ['src/http/guard.ts', "import { A } from '../access/authentication.service.js';"],
    [
      'src/recording/recorder.service.ts',
      "import type { A } from '../deployments/persistence/target-run.entity.js';",
    ],
  ])('allows in %s the line %s', (path, text) => {
    expect(forbiddenImports(given(path, text))).toEqual([]);
  });

  it('reports a folder that no rule knows', () => {
    expect(unknownPlaces(given('src/utils/strings.ts', ''))).toHaveLength(1);
    expect(unknownPlaces(given('src/assets/helpers/strings.ts', ''))).toHaveLength(1);
  });

  it.each(['Date.now()', 'new Date()', 'process.env.HOME'])('reports %s in plain code', (text) => {
    expect(forbiddenUses(given('src/worker/follow.ts', `export const x = ${text};`))).toHaveLength(1);
  });

  it('allows plain code to read a date that it is given', () => {
    expect(
      forbiddenUses(given('src/worker/follow.ts', 'export const x = (at: string) => new Date(at);')),
    ).toEqual([]);
  });

  it('reports forwardRef everywhere', () => {
    expect(forbiddenUses(given('src/assets/assets.module.ts', 'forwardRef(() => Other);'))).toHaveLength(1);
  });

  it('reports a barrel, but not the index of a library', () => {
    const text = "export { x } from './x.js';";

    expect(barrels(given('src/assets/domain/index.ts', text))).toHaveLength(1);
    expect(barrels(given('src/winrm/index.ts', text))).toEqual([]);
  });

  it('reports a cycle once', () => {
    const modules = [
      parseModule('src/a/one.ts', "import { two } from './two.js';"),
      parseModule('src/a/two.ts', "import { three } from '../b/three.js';"),
      parseModule('src/b/three.ts', "import type { One } from '../a/one.js';"),
    ];

    expect(importCycles(modules)).toEqual(['src/a/one.ts -> src/a/two.ts -> src/b/three.ts -> src/a/one.ts']);
  });

  it('reports a file that is one line too long', () => {
    expect(tooLong(given('src/a/one.ts', 'x;\n'.repeat(301)))).toHaveLength(1);
    expect(tooLong(given('src/a/one.ts', 'x;\n'.repeat(300)))).toEqual([]);
    expect(tooLong(given('src/a/one.spec.ts', 'x;\n'.repeat(400)))).toEqual([]);
  });
});
