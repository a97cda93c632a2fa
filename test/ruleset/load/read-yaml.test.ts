import { describe, expect, test } from 'vitest';
import { readYaml } from '../../../src/ruleset/load/read-yaml.ts';
import { PACK, places } from './pack.ts';

test('a document is read as plain data', () => {
  expect(readYaml('x.yaml', '\uFEFFa: [1, "two", null]\r\nb: { c: 2026-05-10 }\r\n')).toMatchObject({
    value: { a: [1, 'two', null], b: { c: '2026-05-10' } },
    findings: [],
  });
});

describe('nothing is read of a file that', () => {
  const cases: [string, string | Uint8Array, string[]][] = [
    ['is not UTF-8', Buffer.concat([Buffer.from('a: b\nc: '), Buffer.from([0xff, 0xfe])]), ['2:1 file-not-utf8']],
    ['is over 1 MiB', Buffer.alloc(1024 * 1024 + 1, 'a'), ['1:1 file-too-large']],
    ['holds two documents', `${PACK}---\n${PACK}`, ['15:1 yaml-several-documents']],
    ['has an unknown tag', PACK.replace('abort', '!!js/function abort'), ['12:13 yaml-syntax']],
    ['is broken in the middle', PACK.replace('rules:', 'rules: ['), ['6:9 yaml-syntax', '6:9 yaml-syntax']],
    ['is nested too deeply', '['.repeat(100_000), ['1:65 yaml-too-deep']],
    ['is nested too deeply in blocks', '- '.repeat(100_000), ['1:128 yaml-too-deep']],
    ['has far too many pieces', '- a\n'.repeat(250_000), ['50001:1 yaml-too-much']],
  ];
  test.each(cases)('%s', (_, content, expected) => {
    const { value, findings } = readYaml('x.yaml', content);
    expect(places(findings).slice(0, 2)).toEqual(expected);
    expect(value).toBeUndefined();
  });
});
