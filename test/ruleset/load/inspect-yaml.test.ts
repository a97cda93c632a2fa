import { describe, expect, test } from 'vitest';
import { readYaml } from '../../../src/ruleset/load/read-yaml.ts';
import { PACK, places } from './pack.ts';

describe('a finding says where a file', () => {
  const cases: [string, string, string[]][] = [
    ['is empty', '', ['1:1 file-empty']],
    ['holds only comments', '# nothing\n\n', ['1:1 file-empty']],
    ['has a key twice', PACK.replace('runtime:', 'pack: again\nruntime:'), ['4:1 yaml-duplicate-key']],
    ['has an anchor', PACK.replace('abort', '&a abort'), ['12:16 yaml-anchor']],
    ['has an alias', `a: &x 1\nb: *x\n`, ['1:7 yaml-anchor', '2:4 yaml-alias']],
    ['has a key that JavaScript would swallow', PACK.replace('is_error:', '__proto__:'), ['11:18 yaml-key-refused']],
  ];
  test.each(cases)('%s', (_, content, expected) => {
    expect(places(readYaml('x.yaml', content).findings)).toEqual(expected);
  });
});

test('a value without what an alias stands for is kept from the schema, which would complain of it', () => {
  expect(readYaml('x.yaml', 'a: &x 1\nb: *x\n').value).toBeUndefined();
  expect(readYaml('x.yaml', 'a: 1\na: 2\n').value).toEqual({ a: 2 });
});

test('a file that multiplies aliases is refused unread', () => {
  const names = 'abcdefghij'.split('');
  const bomb = names.map((name, i) => `${name}: &${name} [${i ? `*${names[i - 1]},`.repeat(9) : '1'}]`).join('\n');
  const { findings, value } = readYaml('x.yaml', bomb);
  expect(value).toBeUndefined();
  expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['yaml-anchor', 'yaml-alias']));
});
