import { defineConfig } from 'vitest/config';

const tests = (...folders: string[]) => folders.map((folder) => `test/${folder}/**/*.test.ts`);

/**
 * Folders whose tests start no process and no server: they share a process, so that what they import is read once.
 * `npm run check` runs them all day, but for the few below that compare the engine with its slow reference at length.
 */
const PURE = tests(
  'classify',
  'contracts',
  'decode',
  'memory',
  'pipeline',
  'ruleset',
  'signing',
  'fuzz',
  'soak',
  'subscriptions',
  'page/pure',
  'http/fleet',
  'http/rules',
  'tap/output',
  'tap/delivery',
  'cli/terminal',
).concat([
  'test/patterns/{memoize,parse-pattern}.test.ts',
  'test/capture/{recipes,run-claude,scrub,transcript}.test.ts',
  'test/cli/doctor/look-at-*.test.ts',
  'test/cli/{keys/keys,logs/exit-option,read-file,tap/local-messages,watch/watched}.test.ts',
  'test/e2e/*.test.ts',
  'test/tap/{awake-clock,carry-out-aborts,publish-run-events}.test.ts',
  'test/tap/command/{agent-command,goes-on}.test.ts',
  'test/tap/process/{process-tree,tree-watch}.test.ts',
]);
const LONG = [
  ...tests('authoring', 'rules', 'sim'),
  'test/contracts/published/asyncapi.test.ts',
  'test/patterns/ported-engine.test.ts',
  'test/decode/decoders.test.ts',
  'test/pipeline/{cause-stands,quoted-banners,silent-runs}.test.ts',
  'test/ruleset/{hostile-files,prefilter,prefilter-random,text-prefilter}.test.ts',
];
/**
 * Folders whose tests start real nats-servers and change nothing of their own process: they share it, since reading the
 * modules anew for each file costs as much as the tests.
 */
const SERVED = tests('bundles', 'client', 'conformance', 'fluentd', 'http', 'logging', 'login', 'nats', 'service');

/**
 * One nats-server and one service are attacked by all of them, one file after the other: a backend that one of them starts
 * answers for the runs of all.
 */
const ATTACKS = { globalSetup: 'test/attacks/setup.ts', expect: { poll: { timeout: 15_000 } }, fileParallelism: false };

/** Look at what a process of their own has loaded or left behind. */
const ALONE = ['test/demo/leaving.test.ts', 'test/patterns/pattern.test.ts'];

/** Workers and servers that are killed. */
const CHAOS = tests('chaos');
/** Minutes each: `npm run faults` brings these about, `npm test` does not. */
const FAULTS = ['test/chaos/lossy-network.test.ts', ...tests('faults')];
/** Want a browser: `npm run page` tests the page in it, `npm run page:pictures` takes pictures of it. */
const PAGE = ['test/page/browser/**/*.test.ts', 'test/page/alerts.test.ts'];
const PICTURES = ['test/page/{pictures,steps-pictures}.test.ts'];
const FIGURES = ['test/page/figures.test.ts'];

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // One more than the cores that CI has: tests with real servers and processes wait for half of their time.
    maxWorkers: 3,
    // Generous: a test fails for being wrong, never for a slow machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    reporters: ['default'],
    // Each project transforms all that it imports anew; kept by what is in the files, also for the next run.
    experimental: { fsModuleCache: true, fsModuleCachePath: '.knell/modules' },
    // `npm run coverage`: of the folders that decide, by the tests that need no process.
    coverage: {
      provider: 'v8',
      include: ['classify', 'decode', 'ruleset', 'subscriptions'].map((folder) => `src/${folder}/**`),
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: '.knell/coverage',
      thresholds: { lines: 90, branches: 82 },
    },
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: ['test/layering.test.ts', ...PURE], exclude: LONG, isolate: false },
      },
      { extends: true, test: { name: 'long', include: LONG, isolate: false } },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/*/**/*.test.ts'],
          isolate: false,
          exclude: [
            ...ALONE,
            ...PURE,
            ...LONG,
            ...SERVED,
            ...tests('attacks'),
            ...CHAOS,
            ...FAULTS,
            ...PAGE,
            ...PICTURES,
            ...FIGURES,
          ],
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
      { extends: true, test: { name: 'served', include: SERVED, exclude: [...PURE, ...LONG], isolate: false } },
      { extends: true, test: { ...ATTACKS, name: 'attacks', include: ['test/attacks/*.test.ts'] } },
      { extends: true, test: { ...ATTACKS, name: 'attacks-page', include: ['test/attacks/browser/*.test.ts'] } },
      { extends: true, test: { name: 'chaos', include: CHAOS, exclude: FAULTS } },
      { extends: true, test: { name: 'chaos-faults', include: FAULTS } },
      { extends: true, test: { name: 'page', include: PAGE, fileParallelism: false } },
      { extends: true, test: { name: 'page-pictures', include: PICTURES, fileParallelism: false } },
      { extends: true, test: { name: 'page-figures', include: FIGURES } },
    ],
  },
});
