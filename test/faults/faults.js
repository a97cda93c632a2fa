import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAULTS } from './table.js';

/*
 * `npm run faults [-- --long] [-- WORD]`: brings about each fault of the table on real parts and prints what was seen.
 * WORD runs the rows that have it. A row that fails, or does not end, says so, and the next one is shown: the whole table is
 * printed in any case. Exits 1 where a promise was broken.
 */

/** More than the same tests bring about in `npm test`, which has minutes for all. */
const SHORT = { KNELL_RUNS: '500', KNELL_LEADER_KILLS: '2', KNELL_DOOMED: '300', KNELL_DEAD_RUNS: '1000' };
const LONG = {
  ...SHORT,
  KNELL_SEEDS: '20',
  KNELL_LEADER_KILLS: '10',
  KNELL_DOOMED: '5000',
  KNELL_DEAD_RUNS: '5000',
};
/** A row that takes longer has hung, in minutes. */
const LIMIT_MIN = { short: 12, long: 90 };
const words = process.argv.slice(2);
const isLong = words.includes('--long');
const word = words.find((one) => !one.startsWith('--'))?.toLowerCase();
const chosen = FAULTS.filter((row) => word === undefined || Object.values(row).join(' ').toLowerCase().includes(word));

/** Runs the test file of a row; resolves with its report and the figures that its tests printed. */
function run(file, name) {
  const folder = mkdtempSync(join(tmpdir(), 'knell-faults-'));
  const out = join(folder, 'report.json');
  const child = spawn(
    'npx',
    ['vitest', 'run', file, '--reporter=json', `--outputFile=${out}`, ...(name === undefined ? [] : ['-t', name])],
    { env: { ...process.env, ...(isLong ? LONG : SHORT) }, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const limitMin = isLong ? LIMIT_MIN.long : LIMIT_MIN.short;
  let hungMin;
  // With all that it has started: workers and servers too.
  const limit = setTimeout(() => {
    hungMin = limitMin;
    process.kill(-child.pid, 'SIGKILL');
  }, limitMin * 60_000);
  let figures = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    figures += text;
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ figures: [String(error)] }));
    child.once('close', () => {
      clearTimeout(limit);
      const report = read(out);
      rmSync(folder, { recursive: true });
      resolve({ report, hungMin, figures: figures.split('\n').filter((line) => /^\S.*: .*\d/.test(line)) });
    });
  });
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What a report shows: all tests of the row ran, and passed. */
function judge(report, hungMin) {
  if (hungMin !== undefined) return { verdict: 'FAIL', seen: `no end within ${hungMin} minutes` };
  const tests = (report?.testResults ?? []).flatMap(({ assertionResults }) => assertionResults);
  const ran = tests.filter(({ status }) => status === 'passed' || status === 'failed');
  const failed = ran.find(({ status }) => status === 'failed');
  const seconds = ran.reduce((sum, { duration }) => sum + (duration ?? 0), 0) / 1_000;
  const broken = report?.testResults?.find(({ message }) => message)?.message.split('\n')[0];
  if (ran.length === 0) return { verdict: 'FAIL', seen: `no test ran${broken ? `: ${broken}` : ''}` };
  if (failed) return { verdict: 'FAIL', seen: `${failed.title}: ${failed.failureMessages[0]?.split('\n')[0]}` };
  return { verdict: 'pass', seen: `${ran.length} of ${ran.length} tests, ${seconds.toFixed(1)} s` };
}

const verdicts = { pass: 0, FAIL: 0 };
process.stdout.write('| fault | injected | promised | seen | |\n|---|---|---|---|---|\n');
for (const { fault, injected, promised, file, name } of chosen) {
  const { report, hungMin, figures } = await run(file, name);
  const { verdict, seen } = judge(report, hungMin);
  verdicts[verdict] += 1;
  const all = [seen, ...figures].join('; ').replaceAll('|', '/');
  process.stdout.write(`| ${fault} | ${injected} | ${promised} | ${all} | ${verdict} |\n`);
}
process.stdout.write(
  `\n${Object.entries(verdicts)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ')}\n`,
);
process.exitCode = verdicts.FAIL === 0 ? 0 : 1;
