import { describe, expect, test } from 'vitest';
import { readOverrides, readPack } from '../../../src/ruleset/load/read-pack.ts';

const PACK = `schema: knell.rules/v1
pack: claude-code
version: 1.0.0
runtime: claude-code
rules:
  - id: token-expired
    title: The token has expired
    category: auth.token_expired
    match:
      - event: result
        where: { is_error: true }
    action: abort
    origin: { seen: 2026-05-10, source: 'https://example.org' }
    examples: { match: [], ignore: [] }
`;

/** `line:column code` of each finding. */
function said(content: string | Uint8Array): string[] {
  const { findings } = readPack('rules/claude-code.yaml', content);
  return findings.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

describe('a pack', () => {
  test('that is right is read with its defaults filled in', () => {
    const { pack, findings } = readPack('x.yaml', PACK);
    expect(findings).toEqual([]);
    expect(pack?.rules[0]).toMatchObject({ id: 'token-expired', scope: 'run', status: 'stable', precedence: 50 });
  });

  test('may start with a byte order mark and have CRLF line ends', () => {
    expect(readPack('x.yaml', `\uFEFF${PACK.replaceAll('\n', '\r\n')}`).pack?.pack).toBe('claude-code');
  });
});

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
    expect(said(broken)).toEqual(expected);
    const hints = readPack('x.yaml', broken).findings.map((finding) => finding.hint);
    expect(hints.some((one) => one.includes(hint))).toBe(true);
    expect(readPack('x.yaml', broken).pack).toBeUndefined();
  });

  test('come all at once', () => {
    const broken = PACK.replace('title: ', 'tilte: ').replace('abort', 'explode').replace('1.0.0', 'one');
    expect(said(broken)).toEqual(['3:10 value-invalid', '6:5 key-missing', '7:5 key-unknown', '12:13 value-unknown']);
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

describe('a file that is no pack', () => {
  const cases: [string, string | Uint8Array, string[]][] = [
    ['is empty', '', ['1:1 file-empty']],
    ['holds only comments', '# nothing\n\n', ['1:1 file-empty']],
    ['holds a word', 'hello', ['1:1 type-wrong']],
    ['holds a list', '- 1\n', ['1:1 type-wrong']],
    ['is not UTF-8', Buffer.concat([Buffer.from('a: b\nc: '), Buffer.from([0xff, 0xfe])]), ['2:1 file-not-utf8']],
    ['is over 1 MiB', Buffer.alloc(1024 * 1024 + 1, 'a'), ['1:1 file-too-large']],
    ['holds two documents', `${PACK}---\n${PACK}`, ['15:1 yaml-several-documents']],
    ['has a key twice', PACK.replace('runtime:', 'pack: again\nruntime:'), ['4:1 yaml-duplicate-key']],
    ['has an anchor', PACK.replace('abort', '&a abort'), ['12:16 yaml-anchor']],
    ['has an alias', `a: &x 1\nb: *x\n`, ['1:7 yaml-anchor', '2:4 yaml-alias']],
    ['has an unknown tag', PACK.replace('abort', '!!js/function abort'), ['12:13 yaml-syntax']],
    ['has a key that JavaScript would swallow', PACK.replace('is_error:', '__proto__:'), ['11:18 yaml-key-refused']],
    ['is broken in the middle', PACK.replace('rules:', 'rules: ['), ['6:9 yaml-syntax', '6:9 yaml-syntax']],
    ['is nested too deeply', '['.repeat(100_000), ['1:65 yaml-too-deep']],
    ['is nested too deeply in blocks', '- '.repeat(100_000), ['1:128 yaml-too-deep']],
    ['has far too many pieces', '- a\n'.repeat(250_000), ['50001:1 yaml-too-much']],
  ];
  test.each(cases)('%s', (_, content, expected) => {
    expect(said(content).slice(0, 2)).toEqual(expected);
    expect(readPack('x.yaml', content).pack).toBeUndefined();
  });

  test('multiplies aliases', () => {
    const names = 'abcdefghij'.split('');
    const bomb = names.map((name, i) => `${name}: &${name} [${i ? `*${names[i - 1]},`.repeat(9) : '1'}]`).join('\n');
    const { findings, pack } = readPack('x.yaml', bomb);
    expect(pack).toBeUndefined();
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['yaml-anchor', 'yaml-alias']));
  });
});

describe('overrides', () => {
  test('are read by their own schema', () => {
    const content = `schema: knell.overrides/v1\nrules:\n  a/b: { disabled: true, reason: noisy here }\n`;
    expect(readOverrides('overrides.yaml', content).overrides?.rules['a/b']).toMatchObject({ disabled: true });
  });

  test('name rules with their pack and give a reason', () => {
    const content = 'schema: knell.overrides/v1\nrules:\n  b: { disabled: true }\n  a/b: { disabled: true }\n';
    const { findings } = readOverrides('overrides.yaml', content);
    expect(findings.map(({ line, code, hint }) => [line, code, hint])).toMatchObject([
      [3, 'key-invalid', 'name a rule as pack/rule-id'],
      [4, 'key-missing', expect.any(String)],
    ]);
  });
});
