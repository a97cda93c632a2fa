import { expect, test } from 'vitest';
import { benchRules } from '../../src/authoring/bench-rules.ts';
import type { SampleLog } from '../../src/authoring/sample-log.ts';
import { aPack, aRule } from '../ruleset/build.ts';

const LINES = [
  '{"type":"system","subtype":"init"}',
  '{"type":"assistant","message":{"content":[{"type":"text","text":"credit balance"}]}}',
  '{"type":"result","is_error":true,"result":"Credit balance is too low"}',
  'disk full \u00a0 says a line in hiddenText',
  '',
];
const LOG: SampleLog = { runtime: 'claude-code', stream: 'stdout', data: Buffer.from(LINES.join('\n')) };

/** A clock on which each round of measuring takes the next of these milliseconds, five rounds a measurement. */
function clockOf(...roundsMs: number[]): () => number {
  let [looks, nowMs] = [0, 0];
  return () => {
    if (looks % 2 === 1) nowMs += roundsMs[Math.floor(looks / 10)] ?? 0;
    looks += 1;
    return nowMs;
  };
}

const PACK = aPack([
  aRule({ id: 'narrow', match: [{ event: 'result', where: { is_error: true }, text: 'Credit balance' }] }),
  aRule({ id: 'wide', match: [{ line: '[0-9]+' }] }),
  aRule({ id: 'never', match: [{ event: 'result', text: 'Quota gone' }] }),
]);

test('each rule is told with the lines that had to be decoded for it, those that it was about, and why', () => {
  const { lines, bytes, rules } = benchRules([PACK], [LOG, LOG]);
  expect({ lines, bytes }).toEqual({ lines: 8, bytes: 2 * LOG.data.length });
  expect(Object.fromEntries(rules.map(({ key, ...rule }) => [key, rule]))).toMatchObject({
    'test/narrow': { candidates: 2, confirmations: 2, needles: [{ lines: 2 }] },
    'test/wide': { candidates: 8, confirmations: 0, needles: [{ text: undefined, lines: 8 }] },
    'test/never': { candidates: 0, confirmations: 0, needles: [], microsecondsPerMillionLines: 0 },
  });
});

test('a rule is dear when it takes more than its share of what the scan takes, and the dearest comes first', () => {
  const times = [1_000_000, 100, 101];
  const { rules, ...result } = benchRules([PACK], [LOG], { nowMs: clockOf(...times), maxShare: 0.25 });
  // A round of the scan goes over the sample often enough to be measured.
  const scanMs = 1_000_000 / Math.ceil(8e6 / LOG.data.length);
  expect(result.scanMicrosecondsPerMillionLines).toBe(Math.round((scanMs / 4) * 1e9));
  expect(result.budgetMicroseconds).toBe(Math.round((scanMs / 4) * 0.25 * 1e9));
  // A round tries a hundred lines: 25 times all four takes the wide rule 101 ms, 4.04 ms each time.
  expect(rules.map(({ key, isDear }) => [key, isDear])).toEqual([
    ['test/wide', false],
    ['test/narrow', false],
    ['test/never', false],
  ]);
  const dearer = benchRules([PACK], [LOG], { nowMs: clockOf(...times), maxShare: 4 / scanMs });
  expect(dearer.rules.map(({ isDear }) => isDear)).toEqual([true, false, false]);
});

test('only the rules that are asked for are measured', () => {
  const { rules } = benchRules([PACK], [LOG], { only: (key) => key === 'test/wide' });
  expect(rules.map(({ key }) => key)).toEqual(['test/wide']);
});

test('without logs nothing costs anything', () => {
  expect(benchRules([PACK], []).rules.map((rule) => rule.microsecondsPerMillionLines)).toEqual([0, 0, 0]);
});
