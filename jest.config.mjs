// SWC compiles our TypeScript and the ESM-only packages to CommonJS: no --experimental-vm-modules,
// and CommonJS packages that require Nest share one copy of it (docs/decisions/0002-stack.md).
const swc = (parser, transform) => [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    module: { type: 'commonjs' },
    jsc: { target: 'es2023', parser, transform, keepClassNames: true },
  },
];

const esmOnly = [
  '@nestjs/',
  'eventsource-parser/',
  'file-type/',
  'strtok3/',
  'token-types/',
  'uint8array-extras/',
  '@tokenizer/',
  '@borewit/',
  'uuid/',
  'web-tree-sitter/',
];

const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': swc(
      { syntax: 'typescript', decorators: true },
      { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    ),
    '^.+\\.m?js$': swc({ syntax: 'ecmascript' }),
  },
  transformIgnorePatterns: [`/node_modules/(?!${esmOnly.join('|')})`],
});

export default {
  // A deadline, not a measurement: on a loaded machine a test of the whole program may need several seconds.
  testTimeout: 30_000,
  projects: [
    project('unit', [
      '<rootDir>/src/**/*.spec.ts',
      '<rootDir>/test/*.spec.ts',
      '<rootDir>/test/windows-host/**/*.spec.ts',
      '<rootDir>/test/chaos/!(chaos).spec.ts',
      '<rootDir>/test/chaos/boundaries/!(boundaries).spec.ts',
      '<rootDir>/test/real-windows/connection.spec.ts',
    ]),
    project('conformance', ['<rootDir>/test/conformance/**/*.spec.ts']),
    project('medium', ['<rootDir>/test/medium/**/*.spec.ts']),
    project('e2e', ['<rootDir>/test/e2e/**/*.spec.ts']),
    // Only under scripts/test-powershell.mjs, which builds the engine or was told of a real machine.
    ...(process.env.POWERSHELL_ENGINE
      ? [project('powershell', ['<rootDir>/test/powershell/**/*.spec.ts'])]
      : []),
    // Only under scripts/chaos.mjs, which gives it a seed.
    ...(process.env.CHAOS_SEED ? [project('chaos', ['<rootDir>/test/chaos/chaos.spec.ts'])] : []),
    ...(process.env.CHAOS_STRIKES
      ? [project('chaos', ['<rootDir>/test/chaos/boundaries/boundaries.spec.ts'])]
      : []),
    ...(process.env.WINCH_TEST_WINDOWS_URL
      ? [project('real-windows', ['<rootDir>/test/real-windows/operations.spec.ts'])]
      : []),
  ],
};
