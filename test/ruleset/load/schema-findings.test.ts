import { describe, expect, test } from 'vitest';
import { readPack } from '../../../src/ruleset/load/read-pack.ts';
import { PACK, places } from './pack.ts';

describe('findings of the schema', () => {
  const cases: [string, string, string, string[], string][] = [
    ['an unknown key', 'title: ', 'tilte: ', ['6:5 key-missing', '7:5 key-unknown'], 'Did you mean `title`?'],
    ['an unknown key at the top', 'runtime:', 'runtim:', ['1:1 key-missing', '4:1 key-unknown'], '`runtime`?'],
    [
      'an unknown key in a condition on a field',
      'is_error: true',
      'is_error: { equls: true }',
      ['11:30 key-unknown'],
      '`equals`?',
    ],
    ['an unknown category', 'auth.token_expired', 'auth.token_expird', ['8:15 value-unknown'], '`auth.token_expired`?'],
    ['an unknown action', 'abort', 'explode', ['12:13 value-unknown'], 'Use one of: abort, warn, record, notice.'],
    ['an unknown schema', 'rules/v1', 'rules/v9', ['1:9 value-unknown'], '`knell.rules/v1`?'],
    ['a wrong type', 'title: The token has expired', 'title: [1]', ['7:12 type-wrong'], ''],
    ['a number as text', 'event: result', 'event: 3', ['10:16 type-wrong'], 'Name of a typed event'],
    ['a list where a scalar belongs', 'is_error: true', 'is_error: [1]', ['11:28 type-wrong'], ''],
    ['a value that is left out', 'action: abort', 'action:', ['12:12 value-unknown'], ''],
    ['a bad id', 'id: token-expired', 'id: Token', ['6:9 value-invalid'], ''],
    ['a bad version', '1.0.0', '1', ['3:10 type-wrong'], ''],
    ['a bad date', '2026-05-10', '2026-05-50', ['13:21 value-invalid'], ''],
  ];
  test.each(cases)('place and explain %s', (_, from, to, expected, hint) => {
    expect(PACK).toContain(from);
    const broken = PACK.replace(from, to);
    expect(places(readPack('x.yaml', broken).findings)).toEqual(expected);
    const hints = readPack('x.yaml', broken).findings.map((finding) => finding.hint);
    expect(hints.some((one) => one.includes(hint))).toBe(true);
    expect(readPack('x.yaml', broken).pack).toBeUndefined();
  });

  test('come all at once', () => {
    const broken = PACK.replace('title: ', 'tilte: ').replace('abort', 'explode').replace('1.0.0', 'one');
    expect(places(readPack('x.yaml', broken).findings)).toEqual([
      '3:10 value-invalid',
      '6:5 key-missing',
      '7:5 key-unknown',
      '12:13 value-unknown',
    ]);
  });

  test('are cut off where a file is nothing but mistakes', () => {
    const { findings } = readPack('x.yaml', `rules:\n${'- x\n'.repeat(5_000)}`);
    expect(findings.length).toBeLessThan(300);
    expect(findings.some(({ code }) => code === 'too-many-findings')).toBe(true);
  });

  test('name the rule they are about', () => {
    const { findings } = readPack('x.yaml', PACK.replace('action: abort', 'action: explode'));
    expect(findings[0]?.rule).toBe('claude-code/token-expired');
  });
});
