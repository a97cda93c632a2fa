import { writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
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
  const before = await memory();
  let n = 0;
  const timer = setInterval(() => {
    for (let one = 0; one < VERDICTS_A_SECOND / 10; one += 1)
      void actors.doom(run('burst', `b${n++}`)).catch(() => undefined);
  }, 100);
  const frames = (await page.evaluate(`new Promise((done) => {
    const list = document.querySelector('[role=grid]');
    const times = [];
    const startMs = performance.now();
    let last = startMs;
    const step = (now) => {
      times.push(now - last);
      last = now;
      list.scrollTop = (list.scrollTop + 40) % (list.scrollHeight - list.clientHeight);
      if (now - startMs < ${SECONDS * 1_000}) requestAnimationFrame(step); else done(times.slice(1));
    };
    requestAnimationFrame(step);
  })`)) as number[];
  clearInterval(timer);
  const after = await memory();
  frames.sort((a, b) => a - b);
  const at = (share: number): number => Math.round((frames[Math.floor(frames.length * share)] ?? 0) * 10) / 10;
  const figures = {
    first_paint_ms: Math.round(Number(firstPaintMs)),
    first_row_ms: Math.round(firstRowMs),
    all_rows_ms: Math.round(allRowsMs),
    script_and_style_bytes: bytes,
    seconds: SECONDS,
    verdicts_sent: n,
    frames: frames.length,
    frames_a_second: Math.round(frames.length / SECONDS),
    frame_ms: { half: at(0.5), '95 %': at(0.95), '99 %': at(0.99), longest: at(0.9999) },
    memory: { before, after },
  };
  writeFileSync('.knell/page-figures.json', `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  await context.close();
}, 1_200_000);
