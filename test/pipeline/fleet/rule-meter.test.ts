import { beforeEach, expect, test } from 'vitest';
import { createRuleMeter, type DearRule, type RuleMeter } from '../../../src/pipeline/fleet/rule-meter.ts';
import type { RuleTime } from '../../../src/ruleset/rule-set.ts';

const WINDOW_MS = 1_000;
let nowMs = 0;
let dear: DearRule[] = [];
let shares: number[] = [];
let meter: RuleMeter;

beforeEach(() => {
  nowMs = 0;
  dear = [];
  shares = [];
  meter = createRuleMeter({
    limit: 0.1,
    windowMs: WINDOW_MS,
    nowMs: () => nowMs,
    onDear: (found) => dear.push(found),
    onWindow: (share) => shares.push(share),
  });
});

const rule = (key: string, ms: number, held = false): RuleTime => ({ key, ms, held });

interface Window {
  /** What all lines together take. */
  readonly busyMs: number;
  readonly lines?: number;
  readonly decodeMs?: number;
  readonly isWantedAnyway?: boolean;
  readonly rules?: readonly RuleTime[];
  /** Whose lines they are, in turn. */
  readonly agents?: readonly string[];
}

const AGENTS = Array.from({ length: 10 }, (_, i) => `a${i}`);

/** A window of lines that are all alike; returns how many of them the meter wanted to look at closely. */
function pass({
  busyMs,
  lines = 50,
  decodeMs = 1,
  isWantedAnyway = false,
  rules = [],
  agents = AGENTS,
}: Window): number {
  let sampled = 0;
  for (let line = 0; line < lines; line++) {
    nowMs += WINDOW_MS / lines;
    if (!meter.add(busyMs / lines)) continue;
    sampled += 1;
    const ms = rules.reduce((sum, rule) => sum + rule.ms, decodeMs);
    meter.sample({ agent: agents[line % agents.length] as string, ms, isWantedAnyway, rules }, 0);
  }
  return sampled;
}

test('no line is looked at closely while all rules together take no more than one may', () => {
  expect(pass({ busyMs: 90 }) + pass({ busyMs: 90 }) + pass({ busyMs: 90 })).toBe(0);
  expect(shares.every((share) => share > 0 && share < 0.1)).toBe(true);
});

test('a rule that takes more than its share is named, with the share', () => {
  const rules = [rule('test/dear', 8), rule('test/fine', 0)];
  for (let window = 0; window < 3; window++) pass({ busyMs: 600, decodeMs: 2, rules });
  pass({ busyMs: 0 });
  // Of 10 ms a line 8 are its own trying, and 1 its half of the decoding.
  expect(dear[0]).toMatchObject({ key: 'test/dear', limit: 0.1 });
  expect(dear[0]?.share).toBeCloseTo(0.6 * 0.9, 1);
  expect(dear.map(({ key }) => key)).not.toContain('test/fine');
});

test('rules that want the same lines share what decoding them takes', () => {
  const keys = Array.from({ length: 10 }, (_, i) => rule(`test/r${i}`, 0));
  for (let window = 0; window < 4; window++) pass({ busyMs: 900, rules: keys });
  expect(dear).toEqual([]);
});

test('what a signal or an error claim wants decoded is not charged to the rules alone', () => {
  for (let window = 0; window < 4; window++) pass({ busyMs: 150, isWantedAnyway: true, rules: [rule('test/r', 0)] });
  expect(dear).toEqual([]);
  for (let window = 0; window < 10; window++) pass({ busyMs: 150, rules: [rule('test/r', 0)] });
  expect(dear[0]?.key).toBe('test/r');
});

test('one agent that floods has no rule named, however dear it is on its lines', () => {
  const rules = [rule('test/dear', 8)];
  const flood = [...Array.from({ length: 19 }, () => 'flooder'), 'honest'];
  for (let window = 0; window < 6; window++) pass({ busyMs: 900, rules, agents: flood });
  expect(dear).toEqual([]);
  for (let window = 0; window < 6; window++) pass({ busyMs: 900, rules, agents: ['flooder', 'honest'] });
  expect(dear[0]?.key).toBe('test/dear');
});

test('lines on which a rule holds cost it nothing: a fleet that fails at once is what it is for', () => {
  for (let window = 0; window < 4; window++) pass({ busyMs: 900, rules: [rule('test/busy', 5, true)] });
  expect(dear).toEqual([]);
});

test('a few lines are not believed, but count on while the load lasts', () => {
  const window: Window = { busyMs: 900, lines: 10, rules: [rule('test/dear', 5)] };
  for (let i = 0; i < 4; i++) pass(window);
  expect(dear).toEqual([]);
  for (let i = 0; i < 2; i++) pass(window);
  expect(dear.map(({ key }) => key)).toEqual(['test/dear']);
});

test('a rule that is over its share in one window only is not named', () => {
  const calm: Window = { busyMs: 900, rules: [rule('test/other', 0), ...manyRules(20)] };
  pass({ busyMs: 900, rules: [rule('test/once', 5)] });
  pass({ busyMs: 900, rules: [rule('test/once', 5)] });
  for (let i = 0; i < 8; i++) pass(calm);
  expect(dear).toEqual([]);
});

test('one line in which the process stood still makes no rule dear', () => {
  const rules = [rule('test/unlucky', 0), ...manyRules(20)];
  for (let window = 0; window < 8; window++) {
    pass({ busyMs: 900, rules });
    meter.sample({ agent: 'a1', ms: 500, isWantedAnyway: false, rules: [rule('test/unlucky', 500)] }, 0);
  }
  expect(dear).toEqual([]);
});

test('where nothing is found it rests for some windows', () => {
  const calm: Window = { busyMs: 900, rules: manyRules(20) };
  const sampled = Array.from({ length: 9 }, () => pass(calm) > 1);
  expect(sampled).toEqual([false, true, false, false, false, false, false, true, false]);
});

test('looking closely takes a fiftieth of the time, and a tenth of the lines of a window at least', () => {
  const sampledOf = (tookMs: number) => {
    pass({ busyMs: 900 });
    let sampled = 0;
    for (let line = 0; line < WINDOW_MS; line++) {
      nowMs += 1;
      if (!meter.add(0.9)) continue;
      sampled += 1;
      meter.sample({ agent: 'a1', ms: 1, isWantedAnyway: false, rules: [] }, tookMs);
    }
    return sampled;
  };
  expect(sampledOf(1)).toBe(WINDOW_MS / 50);
  expect(sampledOf(1_000)).toBeLessThanOrEqual(10);
});

function manyRules(count: number): RuleTime[] {
  return Array.from({ length: count }, (_, i) => rule(`test/calm${i}`, 0));
}
