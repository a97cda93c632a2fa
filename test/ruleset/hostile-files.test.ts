import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { RuleOverrides, RulePack } from '../../src/contracts/rule-pack.ts';
import { checkPacks } from '../../src/ruleset/check/check-pack.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { type Finding, hasErrors } from '../../src/ruleset/findings/finding.ts';
import { readOverrides, readPack } from '../../src/ruleset/load/read-pack.ts';
import fc from '../support/fast-check.ts';
import { partOfCount } from '../support/part-of.ts';
import { aRule, plain, rawPack, typed } from './build.ts';

/** Everything that happens to a file between the disk and the first event. Must never throw. */
function goThrough(content: string | Uint8Array): readonly Finding[] {
  readOverrides('overrides.yaml', content);
  const { pack, source, findings } = readPack('rules/test.yaml', content);
  if (!pack) {
    expect(hasErrors(findings)).toBe(true);
    return findings;
  }
  const checked = checkPacks([{ pack, source }]);
  for (const { line, column } of checked) expect(line * column).toBeGreaterThan(0);
  if (!hasErrors(checked)) {
    const set = compileRules([pack]);
    set.match(typed('result', { is_error: true }, { text: 'Login expired' }), 'stdout', 'claude-code');
    set.match(plain('Login expired'), 'stderr', 'claude-code');
  }
  return checked;
}

describe('a file made to do harm is refused', () => {
  const many = (text: string, bytes = 1_000_000) => text.repeat(Math.floor(bytes / text.length));
  const rule = (clause: string) =>
    stringify(rawPack([aRule()])).replace(/ {4}match:\n[\s\S]*?\n {4}action:/, `    match: [${clause}]\n    action:`);
  const cases: [string, string | Uint8Array, string][] = [
    ['brackets without end', many('['), 'yaml-too-deep'],
    ['braces without end', many('{a: '), 'yaml-too-deep'],
    ['lists in lists', many('- '), 'yaml-too-deep'],
    ['keys of keys', many('? '), 'yaml-too-deep'],
    ['ever deeper lines', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'yaml-too-deep'],
    ['lines in thousands', many('a: b\n'), 'yaml-too-much'],
    ['documents in thousands', many('---\n'), 'yaml-too-much'],
    ['anchors in thousands', many('- &a x\n', 70_000), 'yaml-anchor'],
    ['one key thousands of times', many('a: b\n', 50_000), 'yaml-duplicate-key'],
    ['thousands of keys', Array.from({ length: 9_000 }, (_, i) => `k${i}: 1`).join('\n'), 'key-unknown'],
    [
      'lists in thousands',
      rule(`{event: a, where: {x: {in: [${many('[],', partOfCount(200_000, 4))}]}}}`),
      'yaml-too-long',
    ],
    ['one endless line', many('a'), 'type-wrong'],
    ['one endless string', `"${many('\\n')}"`, 'type-wrong'],
    ['a string without an end', `"${many('a\n')}`, 'yaml-syntax'],
    ['zeroes', Buffer.alloc(1_000_000), 'type-wrong'],
    ['random bytes', Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 256)), 'file-not-utf8'],
    ['ten megabytes', Buffer.alloc(10 * 1024 * 1024, 'a: b\n'), 'file-too-large'],
    ['wrong elements in thousands', rule(`{event: a, where: {x: {in: [${many('[],', 30_000)}]}}}`), 'type-wrong'],
    ['empty conditions in thousands', rule(`{event: a, where: {${manyKeys('{}')}}}`), 'condition-empty'],
    ['patterns that grow', rule(`{event: a, text: [${many("'((a{1,30}){1,30})b',", 150_000)}]}`), 'pack-too-costly'],
    ['patterns of all scripts', rule(`{event: a, text: ['${'\\pL'.repeat(600)}']}`), 'pattern-too-costly'],
    ['a path without end', rule(`{event: a, where: {'${many('a.', 500_000)}': 1}}`), 'path-invalid'],
  ];
  test.each(cases)('%s', (_, content, code) => {
    expect(goThrough(content).map((finding) => finding.code)).toContain(code);
  });

  function manyKeys(value: string): string {
    return Array.from({ length: 10_000 }, (_, i) => `k${i}: ${value}`).join(', ');
  }
});

describe('whatever is in a file, there are findings or a rule set', () => {
  test('for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void goThrough(bytes)));
  });

  test('for anything that looks like YAML', () => {
    const piece = fc.constantFrom(
      ...['a', 'rules', 'match', ': ', ':\n', '- ', '\n', '\n  ', '\n    ', '[', ']', '{', '}', ', ', '"', "'", '|\n'],
      ...[
        '&a ',
        '*a',
        '!!str ',
        '? ',
        '#',
        '---\n',
        '...\n',
        '%YAML 1.1\n',
        '<<: ',
        '\t',
        '\r\n',
        '\u0000',
        '0x1',
        '~',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => void goThrough(pieces.join(''))),
      { numRuns: partOfCount(500, 4) },
    );
  });

  test('for any value where a pack has another', () => {
    const pack = rawPack([
      aRule({ unless: [{ text: 'x' }], capture: { it: { field: 'a', as: 'string' } }, continues: 'Bye' }),
    ]);
    const places = placesOf(pack);
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('', '__proto__', 'constructor', -0, 1e308, '(', '.*', '\\', '\ud800', '*', [[]], {}),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), odd, (place, value) => {
        goThrough(stringify(replaced(pack, place, value), { aliasDuplicateObjects: false }));
      }),
      { numRuns: partOfCount(300, 4) },
    );
  });

  test('for any pattern', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'Login ',
        '(',
        ')',
        '(?i)',
        '(?:',
        '[',
        ']',
        '^',
        '$',
        '|',
        '*',
        '+',
        '?',
        '{2,9}',
        '{1,900}',
        '.',
        '\\',
      ],
      ...['\\d', '\\b', '\\pL', '[^x]', '(?=', '\\1', '\\Q', '\\E', '·', '401', 'error'],
    );
    fc.assert(
      fc.property(fc.constantFrom('line', 'text'), fc.array(piece, { minLength: 1, maxLength: 12 }), (use, pieces) => {
        const clause = { [use]: pieces.join(''), quiet: '20s' };
        goThrough(JSON.stringify(rawPack([aRule({ match: [clause], continues: pieces.join('') })])));
      }),
      { numRuns: partOfCount(300, 4) },
    );
  });
});

test('what is read back is what was written', () => {
  const pack = rawPack([
    aRule({ title: 'Colon: "quote" # hash · \u00a0 ☺', match: [{ event: 'a', text: "it's '\\.'" }] }),
  ]);
  expect(readPack('x.yaml', stringify(pack)).pack).toEqual(RulePack.parse(pack));
  const overrides = { schema: 'knell.overrides/v1', rules: { 'a/b': { quiet: '5s', reason: 'on: no' } } };
  expect(readOverrides('x.yaml', stringify(overrides)).overrides).toEqual(RuleOverrides.parse(overrides));
});

type Path = readonly (string | number)[];

function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? value.map((item, i) => [i, item] as const) : Object.entries(value);
  return [path, ...entries.flatMap(([key, item]) => placesOf(item, [...path, key]))];
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? replaced(item, rest, by) : item));
  const map = value as Record<string, unknown>;
  return { ...map, [step]: replaced(map[step], rest, by) };
}
