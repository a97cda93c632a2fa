import { describe, expect, test } from 'vitest';
import { readOverrides, readPack } from '../../../src/ruleset/load/read-pack.ts';
import { PACK, places } from './pack.ts';

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

test.each([
  ['holds a word', 'hello', ['1:1 type-wrong']],
  ['holds a list', '- 1\n', ['1:1 type-wrong']],
])('a file that %s is no pack', (_, content, expected) => {
  const { pack, findings } = readPack('x.yaml', content);
  expect(places(findings)).toEqual(expected);
  expect(pack).toBeUndefined();
});

test.each(['a: &x 1\nb: *x\n', PACK.replace('abort', '&a abort'), PACK.replace('runtime:', 'pack: again\nruntime:')])(
  'a file with an error in its YAML gives no pack',
  (content) => {
    expect(readPack('x.yaml', content).pack).toBeUndefined();
  },
);

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
