import { expect, test } from 'vitest';
import { benchRules, type SampleLog } from '../../src/authoring/bench-rules.ts';
import { aPack, aRule } from '../ruleset/build.ts';

const LINES = [
  '{"type":"system","subtype":"init"}',
  '{"type":"assistant","message":{"content":[{"type":"text","text":"credit balance"}]}}',
  '{"type":"result","is_error":true,"result":"Credit balance is too low"}',
  'disk full',
  '',
];
const LOG: SampleLog = { runtime: 'claude-code', stream: 'stdout', data: Buffer.from(LINES.join('\n')) };

/** A clock that moves on a millisecond with each look at it. */
function tickingClock(): () => number {
  let ms = 0;
  return () => ms++;
}

const PACK = aPack([
  aRule({ id: 'narrow', match: [{ event: 'result', where: { is_error: true }, text: 'Credit balance' }] }),
  aRule({ id: 'wide', match: [{ line: '[0-9]+' }] }),
  aRule({ id: 'broad', match: [{ event: 'assistant', provenance: 'narration' }] }),
]);

test('each rule is told with the lines that had to be decoded for it, and those that it was about', () => {
  const { lines, bytes, rules } = benchRules([PACK], [LOG, LOG]);
  expect({ lines, bytes }).toEqual({ lines: 8, bytes: 2 * LOG.data.length });
  const counts = Object.fromEntries(
    rules.map(({ key, candidates, confirmed, withoutLiterals }) => [key, [candidates, confirmed, withoutLiterals]]),
  );
  expect(counts).toEqual({
    'test/narrow': [2, 2, 0],
    'test/wide': [8, 0, 1],
    'test/broad': [2, 2, 0],
  });
});

test('a rule is dear when a million lines cost more than the budget', () => {
  // Two looks at the clock a log: a millisecond for four lines.
  const cost = 250_000_000;
  const dear = benchRules([PACK], [LOG], { nowMs: tickingClock(), budgetMicroseconds: cost - 1 });
  expect(dear.rules.map((rule) => [rule.microsecondsPerMillionLines, rule.isDear])).toEqual(
    Array(3).fill([cost, true]),
  );
  const fine = benchRules([PACK], [LOG], { nowMs: tickingClock(), budgetMicroseconds: cost });
  expect(fine.rules.map((rule) => rule.isDear)).toEqual([false, false, false]);
});

test('the dearest comes first', () => {
  const steps = [0, 1, 1, 6, 6, 8];
  const { rules } = benchRules([PACK], [LOG], { nowMs: () => steps.shift() ?? 0 });
  expect(rules.map(({ key }) => key)).toEqual(['test/wide', 'test/broad', 'test/narrow']);
});

test('without logs nothing costs anything', () => {
  expect(benchRules([PACK], []).rules.map((rule) => rule.microsecondsPerMillionLines)).toEqual([0, 0, 0]);
});
