import { beforeEach, describe, expect, test } from 'vitest';
import { decoderFor } from '../../../src/decode/decoders.ts';
import { createRuleCosts, type RuleCosts } from '../../../src/pipeline/fleet/rule-costs.ts';
import type { DearRule } from '../../../src/pipeline/fleet/rule-meter.ts';
import type { RuleSet } from '../../../src/ruleset/rule-set.ts';
import { rulesFrom } from '../../support/rules.ts';

const RULES = rulesFrom(
  `
rules:
  - { id: fine, match: [{ line: 'Login expired', quiet: 1s }] }
  - { id: dear, match: [{ line: '.*[0-9]{40}', quiet: 1s }] }
`,
  'any',
);
const context = { decoder: decoderFor('generic'), format: 'text' as const };
const NUMBER = '1'.repeat(40);

/** A clock that moves on a millisecond with each look at it: a line takes one. */
let nowMs = 0;
let messages = 0;
let keys: ReadonlySet<string> = new Set();
let dear: DearRule[] = [];
let costs: RuleCosts;

beforeEach(() => {
  nowMs = 0;
  keys = new Set();
  dear = [];
  costs = createRuleCosts({
    rules: () => RULES,
    quarantined: () => keys,
    limit: 0.1,
    windowMs: 100,
    nowMs: () => nowMs++,
    onDear: (found) => dear.push(found),
  });
});

/** One message, of each of five agents in turn; returns the rules that hit, and the lines that were looked at. */
function take(lines: readonly string[]): { hits: string[]; looked: number } {
  messages += 1;
  const rules: RuleSet = costs.rules();
  const chunk = Buffer.from(lines.join('\n'));
  const ranges = rules.candidates(chunk);
  const hits = ranges.flatMap(({ start, end, row }) => {
    const line = { stream: 'stdout' as const, number: row, raw: chunk.subarray(start, end) };
    return costs.read(`a${messages % 5}`, line, context, rules).match.hits.map(({ rule }) => rule.rule.id);
  });
  return { hits, looked: ranges.length };
}

test('the rule that has every line decoded is named, and no other', () => {
  for (let message = 0; message < 1_000; message++) take(['healthy', 'lines', 'of text']);
  expect(new Set(dear.map(({ key }) => key))).toEqual(new Set(['test/dear']));
});

describe('in quarantine a rule', () => {
  const settle = () => {
    keys = new Set(['test/dear']);
    // Tried with all rules until its share of the time to come is used up.
    take(['healthy', 'lines']);
  };

  test('has no line decoded for it, while others find theirs', () => {
    settle();
    expect(take(['healthy', NUMBER, 'Login expired'])).toEqual({ hits: ['fine'], looked: 1 });
  });

  test('is tried again once its share is made up for', () => {
    settle();
    nowMs += 1_000;
    expect(take([NUMBER])).toEqual({ hits: ['dear'], looked: 1 });
    expect(take([NUMBER])).toEqual({ hits: [], looked: 0 });
  });

  test('takes no more than its share, however long it is there', () => {
    settle();
    const fromMs = nowMs;
    let lines = 0;
    for (let message = 0; message < 2_000; message++) lines += take([NUMBER]).looked;
    // A millisecond a line.
    expect(lines / (nowMs - fromMs)).toBeLessThanOrEqual(0.11);
    expect(lines).toBeGreaterThan(0);
  });

  test('is there again in full as soon as a person says so', () => {
    settle();
    expect(take([NUMBER]).hits).toEqual([]);
    keys = new Set();
    expect(take([NUMBER]).hits).toEqual(['dear']);
  });
});
