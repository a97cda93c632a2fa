import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isQuiet } from '../../../src/decode/text/quiet-line.ts';
import { rawKind, STATING, TELLING } from '../../../src/decode/text/raw-kind.ts';
import fc from '../../support/fast-check.ts';
import { partOfCount } from '../../support/part-of.ts';

const telling = TELLING.map(inJavaScript);
const stating = STATING.map(inJavaScript);

function inJavaScript(pattern: string): RegExp {
  return new RegExp(pattern.replace('(?i)', ''), 'i');
}

/** What the prefilter does with a line of ASCII without control characters; undefined where it is not for this test. */
function isPassedOver(line: string): boolean | undefined {
  if (/[^\t\r\x20-\x7e]/.test(line) || telling.some((one) => one.test(line))) return undefined;
  return isQuiet(
    line,
    stating.some((one) => one.test(line)),
  );
}

function expectNotOpen(line: string): void {
  if (isPassedOver(line) === true) expect([line, rawKind(line, false, true)]).not.toEqual([line, 'open']);
}

test.each([
  'const a = b;',
  '  the rest is prose about errors',
  '- it must not fail',
  '+  throw new Error(reason);',
  '# Errors',
  '<div class="error">',
  '=======',
])('%s is quiet', (line) => {
  expect(isQuiet(line, line.startsWith('  the') ? false : !/^const/.test(line))).toBe(true);
});

test.each([
  'Run this command?',
  'Sign in with one of these',
  'status=401',
  '401 Unauthorized',
  'Foo.Bar: lost',
  '[x] lost',
  '10:00:00 lost',
  'INFO lost',
  'a\rError: lost',
  'agent-1  | lost',
  '#12 3.456 lost',
  'Unauthorized: ',
])('%s is not', (line) => {
  expect(isQuiet(line, false)).toBe(false);
});

test('what is quiet states nothing by its form: labelled output and sources', () => {
  const corpus = readdirSync('test/corpus')
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(`test/corpus/${name}`, 'utf8').split('\n').filter(Boolean))
    .flatMap((row) => (JSON.parse(row) as { readonly lines?: readonly unknown[] }).lines ?? [])
    .filter((line) => typeof line === 'string');
  const sources = readdirSync('src/decode/text').flatMap((name) =>
    readFileSync(`src/decode/text/${name}`, 'utf8').split('\n'),
  );
  for (const line of new Set([...corpus, ...sources])) expectNotOpen(line);
});

test('what is quiet states nothing by its form: made-up lines', () => {
  const part = fc.constantFrom(
    ...[
      '+',
      '#',
      '##',
      '###',
      '<',
      '<b>',
      '<ERROR>',
      '<error: ',
      '=',
      '==',
      '+12ms ',
      '- ',
      '* ',
      '! ',
      '  ',
      '\t',
      '// ',
    ],
    ...[
      'name: ',
      'a.B',
      'Foo.Bar: ',
      ' = ',
      '401',
      '(401)',
      ' 10:00:00',
      '[error]',
      'error',
      'Error: no way',
      'failed',
    ],
    ...[
      '?',
      ': ',
      ':',
      ' [y/N]',
      '> ',
      '| ',
      'Allow ',
      'x',
      ' word',
      "401, message='x'",
      'msg="y"',
      '\r',
      'INFO ',
      '{',
      '}',
    ],
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => expectNotOpen(parts.join(''))),
    { numRuns: partOfCount(8_000, 4) },
  );
});
