import { defineConfig } from 'vitest/config';

/**
 * Folders whose tests start no process and no server: they share a process each, so that what they import is read once.
 * `npm run check` runs them all day.
 */
const PURE = ['classify', 'contracts', 'decode', 'memory', 'pipeline', 'ruleset', 'signing', 'subscriptions'];
const pureTests = PURE.map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // Two workers: the suite starts real nats-servers and child processes, and must be steady on two cores.
    maxWorkers: 2,
    // Generous: a test fails for being wrong, never for a slow machine.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'pure', include: ['test/layering.test.ts', ...pureTests], isolate: false } },
      { extends: true, test: { name: 'real', include: ['test/**/*.test.ts'], exclude: pureTests } },
    ],
  },
});
