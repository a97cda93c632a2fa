import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Browser, CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openPage } from '../support/browser.ts';
import { useNatsServer } from '../support/nats.ts';
import { createActors, run } from '../support/page-fleet.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

/*
 * Figures of the page: `npm run page:figures` prints them and writes them to `.knell/page-figures.json`. Nothing is held to them
 * here, since they are this machine's: how soon something is seen, how evenly 10,000 rows scroll while 100 verdicts a second
 * arrive, and what page and service take meanwhile. `KNELL_MINUTES` says for how long; ten is the long form.
 */

const SECONDS = 60 * Number(process.env.KNELL_MINUTES ?? 0.5);
const TRACED_MS = 10_000;
const RUNS = 10_000;
const VERDICTS_A_SECOND = 100;
const PORT = 18_471;

const nats = useNatsServer();
let browser: Browser;
let worker: Awaited<ReturnType<typeof startWorkerProcess>>;
beforeAll(async () => {
  // Beyond these, budgets would hold the verdicts back.
  const budgets = { KNELL_BUDGET_PER_MINUTE: '1000000', KNELL_BUDGET_PER_HOUR: '1000000' };
  worker = await startWorkerProcess(nats.server.url, 'rules', { ...budgets, KNELL_HTTP: `127.0.0.1:${PORT}` });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await worker.kill('SIGTERM');
});

it('are measured', async () => {
  const actors = createActors(nats.connection);
  for (let first = 0; first < RUNS; first += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, n) => actors.start(run(`worker-${n % 40}`, `task-${first + n}`))),
    );
  }
  const url = `http://127.0.0.1:${PORT}`;
  const total = async () => ((await (await fetch(`${url}/api/v1/runs?limit=1`)).json()) as { total: number }).total;
  await expect.poll(total).toBe(RUNS);
  const { page, context } = await openPage(browser);
  const client = await context.newCDPSession(page);
  const openedMs = performance.now();
  await page.goto(`${url}/runs`);
  await page.getByRole('row', { name: /task-/ }).first().waitFor();
  const firstRowMs = performance.now() - openedMs;
  const firstPaintMs = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime");
  const bytes = await page.evaluate(
    "performance.getEntriesByType('resource').filter((one) => /\\.(js|css)$/.test(one.name)).reduce((sum, one) => sum + one.encodedBodySize, 0)",
  );
  await page.getByText(RUNS.toLocaleString('en'), { exact: true }).waitFor();
  const allRowsMs = performance.now() - openedMs;

  const memory = async () => {
    await client.send('HeapProfiler.collectGarbage');
    const { usedSize } = await client.send('Runtime.getHeapUsage');
    return { page_mb: Math.round(usedSize / 1e6), service_mb: Math.round(worker.rssBytes() / 1e6) };
  };
  const sentMs = performance.now();
  await actors.doom(run('first', 'verdict'));
  await page.getByRole('row', { name: /first\.verdict.*ended by knell/ }).waitFor();
  const firstVerdictMs = performance.now() - sentMs;

  const samples = [await memory()];
  let n = 0;
  const [cpuMs, beganMs] = [worker.cpuMs(), performance.now()];
  const verdicts = setInterval(() => {
    for (let one = 0; one < VERDICTS_A_SECOND / 10; one += 1)
      void actors.doom(run('burst', `b${n++}`)).catch(() => undefined);
  }, 100);
  await page.evaluate(`(() => {
    const list = document.querySelector('[role=grid]');
    const step = () => {
      list.scrollTop = (list.scrollTop + 40) % (list.scrollHeight - list.clientHeight);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })()`);
  // The trace of all of it would be larger than all else: that of the first part, and of the last.
  const early = await traceFrames(client, TRACED_MS);
  const endMs = performance.now() + SECONDS * 1_000 - 2 * TRACED_MS;
  while (performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, Math.max(0, endMs - performance.now()))));
    samples.push(await memory());
  }
  const late = await traceFrames(client, TRACED_MS);
  clearInterval(verdicts);
  const cpu = { ms: worker.cpuMs() - cpuMs, ofMs: performance.now() - beganMs };
  samples.push(await memory());
  // The list holds the latest runs alone. The first verdict came before these.
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const given = [...metrics.matchAll(/^knell_aborts_total\{.*\} (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), -1);
  const figures = {
    first_paint_ms: Math.round(Number(firstPaintMs)),
    first_row_ms: Math.round(firstRowMs),
    all_rows_ms: Math.round(allRowsMs),
    verdict_seen_ms: Math.round(firstVerdictMs),
    script_and_style_bytes: bytes,
    seconds: SECONDS,
    verdicts_sent: n,
    verdicts_given: given,
    // What else runs on the machine changes the rate, and hardly what a verdict takes.
    verdicts_a_second: Math.round((10_000 * given) / cpu.ofMs) / 10,
    service_cpu_share: Math.round((100 * cpu.ms) / cpu.ofMs) / 100,
    service_cpu_ms_a_verdict: Math.round((10 * cpu.ms) / given) / 10,
    load_average: loadavg().map((one) => Math.round(one * 10) / 10),
    frames: { early, late },
    memory: samples,
  };
  writeFileSync('.knell/page-figures.json', `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  await context.close();
}, 1_800_000);

interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  readonly tid: number;
}

/** What the browser's own trace says of the frames of some seconds, and of the tasks of the page's main thread. */
async function traceFrames(client: CDPSession, ms: number) {
  const events: TraceEvent[] = [];
  const take = ({ value }: { value: unknown }) => events.push(...(value as TraceEvent[]));
  client.on('Tracing.dataCollected', take);
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: [
        'devtools.timeline',
        'disabled-by-default-devtools.timeline',
        'disabled-by-default-devtools.timeline.frame',
      ],
    },
  });
  await new Promise((resolve) => setTimeout(resolve, ms));
  const complete = new Promise<void>((resolve) => client.once('Tracing.tracingComplete', () => resolve()));
  await client.send('Tracing.end');
  await complete;
  client.off('Tracing.dataCollected', take);
  const at = (sorted: readonly number[], share: number) =>
    Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
  const drawn = events
    .filter(({ name }) => name === 'DrawFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const gaps = drawn.slice(1).map((ts, index) => (ts - (drawn[index] as number)) / 1_000);
  gaps.sort((a, b) => a - b);
  // The page's main thread is the one that does the most.
  const busy = new Map<number, number>();
  for (const { name, tid, dur = 0 } of events) if (name === 'RunTask') busy.set(tid, (busy.get(tid) ?? 0) + dur);
  const main = [...busy].sort((one, other) => other[1] - one[1])[0]?.[0];
  const tasks = events
    .filter(({ name, tid }) => name === 'RunTask' && tid === main)
    .map(({ dur = 0 }) => dur / 1_000)
    .sort((a, b) => a - b);
  return {
    drawn_a_second: Math.round(drawn.length / (ms / 1_000)),
    dropped: events.filter(({ name }) => name === 'DroppedFrame').length,
    ms_between: { half: at(gaps, 0.5), '95 %': at(gaps, 0.95), '99 %': at(gaps, 0.99), longest: at(gaps, 0.9999) },
    main_thread_busy: Math.round((tasks.reduce((sum, one) => sum + one, 0) / ms) * 100) / 100,
    tasks_over_50_ms: tasks.filter((one) => one > 50).length,
    longest_task_ms: at(tasks, 0.9999),
  };
}
