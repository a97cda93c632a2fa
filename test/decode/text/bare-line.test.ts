import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasFields, isBare } from '../../../src/decode/text/bare-line.ts';
import { shapeLine, takeApart } from '../../../src/decode/text/line-shape.ts';
import fc from '../../support/fast-check.ts';
import { partOfCount } from '../../support/part-of.ts';

test.each([
  ['return a;', true],
  ['// Error: no', true],
  ['Error: no', true],
  ['ERROR lost', false],
  ['-- 10:00:00 lost', false],
  ['claude(stdout): lost', false],
  ['framed │', false],
  ['lane-7 CRITICAL lost', false],
  ['[worker-3] lost', false],
  ['401 Unauthorized', false],
])('%s is bare: %s', (body, bare) => {
  expect(isBare(body)).toBe(bare);
});

test.each([
  ['lost err="401"', true],
  ['level=error', true],
  ['const a = b', false],
])('%s has fields: %s', (body, has) => {
  expect(hasFields(body)).toBe(has);
});

describe('a bare line is what is left when it is taken apart', () => {
  const same = (raw: string): void => {
    expect(shapeLine(raw)).toEqual(takeApart(raw));
  };

  test('on the labelled output of this project', () => {
    const lines = readdirSync('test/corpus')
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) => readFileSync(`test/corpus/${name}`, 'utf8').split('\n').filter(Boolean))
      .flatMap((row) => (JSON.parse(row) as { readonly lines?: readonly unknown[] }).lines ?? [])
      .filter((line) => typeof line === 'string');
    for (const raw of new Set(lines)) same(raw);
  });

  test('on made-up lines', () => {
    const part = fc.constantFrom(
      ...['Error: no', 'lost', 'WARN ', 'ERROR:', 'app.main:ERROR:', 'app: ', 'cobble> ', '- ', '-- ', '10:00:00 '],
      ...['2026-05-10T10:00:00Z ', 'Sun May 10 10:00:00 2026 ', 'E1126 ', 'E agent.py:9] ', '[x] ', '| ', ' │', '  '],
      ...['runner ', 'step 3: ', 'a=b ', ' msg="x"', '{"a":1}', 'worker-1  | ', 'claude STDOUT ', '%', '~ ', '✗ ', '?'],
      ...['+', '+12ms ', '#', '## ', '#12 3.4 ', '##[error]', '<b>', '<ERROR> ', '<error: ', '=', '== 10:00:00 ', '✓ '],
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => same(parts.join(''))),
      { numRuns: partOfCount(4_000, 4) },
    );
  });
});
