import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    // Two workers: the suite starts real nats-servers and child processes, and must be steady on two cores.
    maxWorkers: 2,
    // Generous: a test fails for being wrong, never for a slow machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
