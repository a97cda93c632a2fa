import { defineConfig } from 'vitest/config';

/** Real agent CLIs: they come from a registry, so they are no part of `npm test`. */
export default defineConfig({
  test: { include: ['test/e2e/*.e2e.ts'], environment: 'node', pool: 'forks', maxWorkers: 1, reporters: ['verbose'] },
});
