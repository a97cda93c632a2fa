import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { evidenceOf, evidenceOfLine, shortName } from '../../src/classify/occurrence.ts';
import { Evidence } from '../../src/contracts/evidence.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { claude } from '../support/claude-lines.ts';
import { occurrenceOf } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const rules = rulesFrom('rules: []');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test("evidence of an event names its place, the event and the server's time, and hashes the raw line", () => {
  const text = claude.fails('OAuth token has expired', 401);
  const line = { stream: 'stderr' as const, number: 41, raw: Buffer.from(text) };
  const found = occurrenceOf(rules, text, { line, position: { seq: 9, row: 2 }, atMs: T0, printedMs: T0 - 60_000 });
  expect(evidenceOf(found, '/result')).toEqual({
    stream: 'stderr',
    line: 41,
    seq: 9,
    event: 'result',
    pointer: '/result',
    excerpt: 'OAuth token has expired',
    sha256: sha256(text),
    observed_at: formatTime(T0),
    printed_at: formatTime(T0 - 60_000),
  });
});

test('without a pointer or a printed time neither is there', () => {
  const bare = evidenceOf(occurrenceOf(rules, claude.says('hello')));
  expect(Object.keys(bare)).not.toContain('pointer');
  expect(Object.keys(bare)).not.toContain('printed_at');
});

test('an event without words is quoted as its line', () => {
  expect(evidenceOf(occurrenceOf(rules, claude.init())).excerpt).toContain('"subtype":"init"');
});

test('an excerpt is redacted and cut, the hash is of all that was printed', () => {
  const secret = `sk-ant-api03-${'b'.repeat(40)}`;
  const text = claude.fails(`${secret} ${'word '.repeat(200)}`, 401);
  const found = evidenceOf(occurrenceOf(rules, text));
  expect(Evidence.safeParse(found).success).toBe(true);
  expect(found.excerpt).not.toContain(secret);
  expect(found.sha256).toBe(sha256(text));
});

test("a plain line's number is its row, and its colours are gone", () => {
  const raw = Buffer.from('\u001b[31mLogin expired\u001b[0m');
  const line = { stream: 'stdout' as const, position: { seq: 4, row: 7 }, text: raw.toString(), raw, atMs: T0 };
  expect(evidenceOfLine(line)).toEqual({
    stream: 'stdout',
    line: 7,
    seq: 4,
    event: 'line',
    excerpt: 'Login expired',
    sha256: sha256(raw.toString()),
    observed_at: formatTime(T0),
  });
});

test.each([
  ['result', 'result'],
  ['système/erreur', 'système/erreur'],
  ['system/\u001b]0;owned\u0007\u001b[2Jflux\nOK', 'system/flux OK'],
  [`x${'y'.repeat(200_000)}`, `x${'y'.repeat(63)}`],
])('the name of an event is short and plain: %j', (name, shown) => {
  expect(shortName({ name })).toBe(shown);
});
