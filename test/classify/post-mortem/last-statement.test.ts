import { expect, test } from 'vitest';
import { lastStatement, streamEnd } from '../../../src/classify/post-mortem/last-statement.ts';
import { rulesFrom } from '../../support/rules.ts';

const rules = rulesFrom(
  `
causes:
  - { id: key, title: Bad key, category: auth.invalid_credentials, any: [{ message: 'invalid api key' }], examples: { match: [], ignore: [] } }
  - { id: slow, title: Rate limit, category: rate_limit.429, any: [{ status: 429 }], examples: { match: [], ignore: [] } }
`,
  'any',
);
const KEY = 'Error: invalid API key';
const SLOW = 'Error: 429 Too Many Requests';

const endOf = (stream: 'stdout' | 'stderr', lines: readonly string[], firstSeq = 1, isText = true) =>
  streamEnd(
    stream,
    lines.map((text, row) => ({ stream, position: { seq: firstSeq + row, row: 0 }, text })),
    isText,
  );
const found = (...ends: ReturnType<typeof endOf>[]) => {
  const statement = lastStatement(ends, rules, 'gemini');
  return statement && [statement.rule.key, statement.line.text];
};

test.each<[string, readonly string[], string | undefined]>([
  ['stands last', ['I read the file.', KEY], 'test/key'],
  ['is retried', [SLOW, 'Retrying in 3 s …'], 'test/slow'],
  ['has something behind it', [KEY, 'I go on with the second part of it.'], 'test/key'],
  ['is followed by another', [KEY, SLOW], 'test/slow'],
  ['stands in a fence', ['```', KEY, '```'], undefined],
  ['is a tool’s', ['✗ Run npm test', KEY], undefined],
  ['has no known cause', ['Error: the moon is in the wrong house'], undefined],
  ['was said long before', [KEY, ...Array.from({ length: 20 }, (_, index) => `part ${index}`)], undefined],
])('the last statement, where it %s', (_what, lines, expected) => {
  expect(found(endOf('stdout', lines))?.[0]).toBe(expected);
});

test('of two streams the later one counts', () => {
  expect(found(endOf('stdout', [KEY], 5), endOf('stderr', [SLOW], 4))).toEqual(['test/key', KEY]);
  expect(found(endOf('stdout', [KEY], 5), endOf('stderr', [SLOW], 6))).toEqual(['test/slow', SLOW]);
});

test('the end of a structured stream is its plain lines among the last ones', () => {
  const event = '{"type":"x"}';
  const end = endOf('stdout', [KEY, ...Array.from({ length: 19 }, () => event)], 1, false);
  expect([end.lines.length, end.from, end.sinceSeq]).toEqual([1, 0, 1]);
  const older = endOf('stdout', [KEY, ...Array.from({ length: 20 }, () => event)], 1, false);
  expect([older.lines.length, older.from, older.sinceSeq]).toEqual([1, 1, 2]);
});
