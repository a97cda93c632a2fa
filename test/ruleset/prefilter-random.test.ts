import { describe, expect, it } from 'vitest';
import fc from '../support/fast-check.ts';
import { partOfCount } from '../support/part-of.ts';
import { lookFor, packOf, rowsOf } from './build.ts';
import { rowsThatMatter, saidByEngine, saidBySlowReference } from './slow-reference.ts';

describe('whole lines and odd characters', () => {
  type Part = readonly [pattern: string, texts: readonly string[]];
  const parts = fc.array(
    fc.constantFrom<Part>(
      ['Error', ['Error']],
      ['[A-Z]\\w*(?:Error|Exit)', ['TypeError', 'SystemExit', 'XError']],
      ['(?:: .*)?', ['', ': no more']],
      ['(?:Error: )?', ['', 'Error: ']],
      ['(?: at .+)?', ['', ' at line 3']],
      ['(?:killed|aborted)', ['killed', 'aborted']],
      ["can't", ["can't", 'can\u2019t', 'can\u02bct', 'can\u2032t']],
      ['say "no"', ['say "no"', 'say \u201cno\u201d', 'say \u201eno\u201f']],
      ['oom-kill', ['oom-kill', 'oom\u2010kill', 'oom\u2011kill']],
      ['\\d*', ['', '137']],
      [' ', [' ']],
      ['[·✗] ?', ['· ', '✗']],
    ),
    { minLength: 1, maxLength: 4 },
  );
  const pick = fc.func(fc.nat(7));
  const before = fc.constantFrom('', '', 'first\n', '\n', 'progress 50 %\r', '\ufeff');
  const after = fc.constantFrom(
    '',
    '',
    '\n',
    '\r\n',
    ' \n',
    '\t',
    ' \t ',
    '\u2028',
    ' \u2029\n',
    '\r \r',
    '\u00a0\n',
    '\nlast',
  );
  const filler = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 15, 16, 40, 65_500, 65_536);

  /** A pattern, and a text that it covers from end to end. */
  const whole = fc.tuple(parts, pick).map(([chosen, choose]) => ({
    pattern: chosen.map(([pattern]) => pattern).join(''),
    text: chosen.map(([, texts], i) => texts[(choose(i) as number) % texts.length]).join(''),
  }));

  it('a line that a pattern covers is a candidate, whatever is around it', () => {
    let matching = 0;
    const twice = fc.boolean();
    fc.assert(
      fc.property(whole, before, after, filler, twice, ({ pattern, text }, start, end, length, isTwice) => {
        const pack = packOf([{ match: [{ line: pattern }] }]);
        const lead = length === 0 ? '' : `${'.'.repeat(length)}\n`;
        const chunk = Buffer.from(lead + start + (isTwice ? `${text}\n` : '') + text + end);
        const wanted = rowsThatMatter(pack, chunk);
        matching += wanted.length;
        const rows = rowsOf(lookFor({ line: pattern }), chunk);
        expect(rows).toEqual(expect.arrayContaining(wanted));
        expect(rows).toEqual([...new Set(rows)]);
      }),
      { numRuns: partOfCount(400, 4) },
    );
    expect(matching).toBeGreaterThan(partOfCount(200, 4));
  });

  it('so is an event whose text a pattern matches, however its JSON is written', () => {
    let matching = 0;
    const escapes = fc.constantFrom<(json: string) => string>(
      (json) => json,
      (json) => json.replaceAll(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
      (json) => json.replaceAll("'", '\\u0027').replaceAll('\\"', '\\u0022'),
      (json) => json.replaceAll(/(?<=[a-z])-/g, '\\u002d'),
    );
    fc.assert(
      fc.property(whole, escapes, ({ pattern, text }, write) => {
        const pack = packOf([{ match: [{ text: pattern }] }]);
        const chunk = Buffer.from(
          `{}\n${write(JSON.stringify({ type: 'result', is_error: true, result: `so ${text} it is` }))}\n`,
        );
        const wanted = rowsThatMatter(pack, chunk);
        matching += wanted.length;
        expect(rowsOf(lookFor({ text: pattern }), chunk)).toEqual(expect.arrayContaining(wanted));
      }),
      { numRuns: partOfCount(200, 4) },
    );
    expect(matching).toBeGreaterThan(partOfCount(120, 4));
  });
});

describe('random rules and bytes', () => {
  const word = fc.constantFrom(
    'token',
    'expired',
    'limit',
    'key',
    'OOM',
    'disk full',
    'is_error',
    'Ünı',
    '余额',
    "'s",
    'a/b',
  );
  const pattern = fc.array(
    fc.oneof(
      word,
      fc.tuple(word, word).map(([one, other]) => `(?:${one}|${other})`),
      word.map((one) => `(?i:${one})?`),
      fc.constantFrom(' ', '.*', '\\d+', '[a-z]{2,3}', '\\b', '(?i)', ':'),
    ),
    { minLength: 1, maxLength: 4 },
  );
  const value = fc.oneof(word, fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constant(null));
  const field = fc.constantFrom('status', 'is_error', 'error.kind', 'list.0', 'error');
  const wanted = fc.oneof(
    value,
    fc.record({ in: fc.array(value, { minLength: 1, maxLength: 3 }) }),
    fc.record({ gte: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ exists: fc.boolean() }),
    pattern.map((parts) => ({ matches: parts.join('') })),
  );
  const condition = fc.oneof(
    pattern.map((parts) => ({ line: parts.join('') })),
    pattern.map((parts) => ({ text: parts.join('') })),
    fc.record({ event: fc.constantFrom('result', 'system/api_retry', 'error', 'turn.failed', 'sys*') }),
    fc.tuple(fc.constantFrom('result', 'error'), field, wanted, pattern).map(([event, path, want, parts]) => ({
      event,
      where: { [path]: want },
      text: parts.join(''),
    })),
    fc.tuple(field, wanted).map(([path, want]) => ({ where: { [path]: want } })),
  );
  const noise = fc.constantFrom(
    ' ',
    '\u00a0',
    '\x1b[1m',
    '\u200b',
    '',
    '',
    '',
    'x',
    ' 12 ',
    'ab',
    '\r',
    '·',
    '"',
    '\\',
    ':',
  );
  const text = fc.array(fc.tuple(word, noise), { maxLength: 6 }).map((parts) => parts.flat().join(''));
  const json = fc
    .record({
      type: fc.constantFrom('result', 'system', 'error', 'turn.failed', 'user'),
      subtype: fc.constantFrom('api_retry', 'init'),
      status: value,
      is_error: value,
      error: fc.oneof(text, fc.record({ kind: value, message: text })),
      list: fc.array(value, { maxLength: 2 }),
      result: text,
      message: text,
    })
    .chain((fields) =>
      fc
        .constantFrom(0, 1)
        .chain((space) =>
          fc.func(fc.integer({ min: 0, max: 9 })).map((pick) => escapeSome(JSON.stringify(fields, null, space), pick)),
        ),
    );
  const chunk = fc
    .array(fc.oneof(text, json, fc.uint8Array({ maxLength: 40 })), { maxLength: 6 })
    .map((lines) => Buffer.concat(lines.flatMap((line) => [Buffer.from(line as string), Buffer.from('\n')])));

  /** Some characters of strings as escapes, and the line breaks of the pretty form as spaces. */
  function escapeSome(source: string, pick: (at: number) => number): string {
    return source.replaceAll('\n', ' ').replaceAll(/[\p{L}_]/gu, (char, at: number) => {
      const isWord = /"[^"]*$/.test(source.slice(0, at)) && char.length === 1;
      return isWord && pick(at) === 0 ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char;
    });
  }

  it('the engine says what the slow reference says', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 12 }), chunk, (conditions, bytes) => {
        const pack = packOf(conditions.filter(compiles).map((one) => ({ match: [one], recover: [one] })));
        expect(saidByEngine(pack, bytes)).toEqual(saidBySlowReference(pack, bytes));
      }),
      { numRuns: partOfCount(100, 4) },
    );
  });

  function compiles(one: Record<string, unknown>): boolean {
    try {
      lookFor(one);
      return true;
    } catch {
      return false;
    }
  }
});
