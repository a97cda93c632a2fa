import { expect, test } from 'vitest';
import { benchCauses } from '../../src/authoring/bench-causes.ts';
import { RulePack } from '../../src/contracts/rule-pack.ts';

const cause = (id: string, condition: object) => ({
  id,
  title: 'A cause',
  category: 'runtime.crash',
  any: [condition],
  examples: { match: [], ignore: [] },
});
const PACK = RulePack.parse({
  schema: 'knell.rules/v1',
  pack: 'acme',
  version: '1.0.0',
  runtime: 'acme-agent',
  statements: [{ text: 'BYOK: (.*)' }, { text: 'Never: (.*)' }, { event: 'run.failed' }],
  causes: [
    cause('wide', { message: '.*o.*' }),
    cause('narrow', { message: 'connection refused' }),
    cause('banner', { banner: 'working on part \\d' }),
    cause('silent', { message: 'quota is gone' }),
  ],
});
const LINES = [
  'Reading the sources',
  'Error: connection refused',
  'Error: no such file',
  'Error: not found',
  'Error: mode is wrong',
  'Error: part 9 is broken',
  '',
  'Working on part 3',
  'BYOK: seat taken',
];
const LOG = { runtime: 'acme-agent', stream: 'stdout' as const, data: Buffer.from(LINES.join('\n')) };

/** A clock that moves on by a millisecond at each look. */
const steady = () => {
  let nowMs = 0;
  return () => nowMs++;
};

test('each cause and statement of text is told with the healthy lines that it takes, the widest first', () => {
  const { lines, failures, costs } = benchCauses([PACK], [LOG], { nowMs: steady() });
  expect([lines, failures]).toEqual([8, 6]);
  expect(costs.map(({ key, taken, isWide }) => [key, taken, isWide])).toEqual([
    ['acme/wide', 6, true],
    ['acme/statements/1', 1, false],
    ['acme/narrow', 1, false],
    ['acme/banner', 1, false],
    ['acme/silent', 0, false],
    ['acme/statements/2', 0, false],
  ]);
  const examplesOf = (key: string) => costs.find((cost) => cost.key === key)?.examples;
  expect(examplesOf('acme/wide')).toEqual(LINES.slice(1, 4));
  expect(examplesOf('acme/banner')).toEqual(['Working on part 3']);
  expect(examplesOf('acme/statements/1')).toEqual(['BYOK: seat taken']);
});

test('its share is its own time by what reading takes without any cause', () => {
  // Three rounds each of: reading without a cause; with the cause, which opens no other lines.
  const rounds = [4, 6];
  let [looks, nowMs] = [0, 0];
  const clock = () => {
    if (looks % 2 === 1) nowMs += rounds[Math.floor(looks / 6)] ?? 0;
    looks += 1;
    return nowMs;
  };
  const { readingMicrosecondsPerMillionLines: reading, costs } = benchCauses([PACK], [LOG], {
    nowMs: clock,
    only: (key) => key === 'acme/narrow',
  });
  expect(reading).toBe(4 * (1e9 / 8));
  expect(costs).toMatchObject([
    { key: 'acme/narrow', shareOfReading: 0.5, microsecondsPerMillionLines: 2 * (1e9 / 8) },
  ]);
});

test('without logs nothing is taken and nothing costs anything', () => {
  const { lines, costs } = benchCauses([PACK], []);
  expect([lines, ...costs.map(({ taken, shareOfReading }) => taken + shareOfReading)]).toEqual([0, 0, 0, 0, 0, 0, 0]);
});
