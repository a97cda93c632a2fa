import { describe, expect, it } from 'vitest';
import { findJsonSpans } from '../../../src/tap/output/json-spans.ts';
import fc from '../../support/fast-check.ts';

const spans = (text: string) => findJsonSpans(Buffer.from(text), { minBytes: 3, membersNamed: new Set(['type']) });

describe('finding the spans of a line of JSON', () => {
  it('reports strings, containers and members with their places', () => {
    const text = '{"type": "abc", "x": {"error": ["defg", "h"]}, "error": {"m": "ijk"} }';
    const found = spans(text);
    const at = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    expect(found?.strings.map((span) => [at(span), span.telling])).toEqual([
      ['abc', true],
      ['defg', false],
      ['ijk', true],
    ]);
    expect(found?.containers.map((span) => [at(span), span.depth, span.telling])).toEqual([
      ['["defg", "h"]', 3, false],
      ['{"error": ["defg", "h"]}', 2, false],
      ['{"m": "ijk"}', 2, true],
      [text, 1, true],
    ]);
    expect(found?.members.map((span) => [span.name, at(span)])).toEqual([
      ['type', '"type": "abc"'],
      ['x', '"x": {"error": ["defg", "h"]}'],
      ['error', '"error": {"m": "ijk"}'],
    ]);
  });

  it.each([
    ...[
      '',
      ' ',
      '{',
      '}',
      '{]',
      '[}',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '[1,]',
      '[,1]',
      '1 2',
      '"a" "b"',
      '{"a" 1}',
      '{1:2}',
    ],
    ...[
      '01',
      '-',
      '1.',
      '.5',
      '1e',
      '1e+',
      '+1',
      'tru',
      'truex',
      'nul',
      'NaN',
      "'a'",
      '"\\x"',
      '"\\u12g4"',
      '"\t"',
      '"a',
      '[1 2]',
    ],
  ])('takes %j for no JSON', (text) => {
    expect(spans(text)).toBeUndefined();
  });

  it.each(['0', '-0.5e-10', '[]', '{}', '"\\u00e9\\n\\/"', ' [ 1 , {"a":null} ] ', 'true', '1E400'])(
    'takes %j for JSON',
    (text) => {
      expect(spans(text)).toBeDefined();
    },
  );

  it('agrees with JSON.parse on any JSON with a fault anywhere', () => {
    const mutation = fc.tuple(
      fc.nat(),
      fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', 't', ' ', '\u0001'),
      fc.nat(2),
    );
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.array(mutation, { maxLength: 2 }), (json, mutations) => {
        let text = json;
        for (const [place, added, removed] of mutations) {
          const at = place % (text.length + 1);
          text = text.slice(0, at) + added + text.slice(at + removed);
        }
        // As UTF-8, for a cut surrogate pair is none of JSON's business.
        text = Buffer.from(text).toString('utf8');
        expect(spans(text) !== undefined).toBe(parses(text));
      }),
      { numRuns: 3_000 },
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
