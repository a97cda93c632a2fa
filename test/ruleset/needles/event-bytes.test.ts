import { describe, expect, it } from 'vitest';
import type { FieldCondition } from '../../../src/contracts/rule-pack.ts';
import { fieldText, nameTexts, valueTexts } from '../../../src/ruleset/needles/event-bytes.ts';

it.each([
  ['result', ['"result"']],
  ['system/api_retry', ['"system"', '"api_retry"']],
  ['system/*', ['"system"']],
  ['sys*', ['"sys']],
  ['é/ok', ['"ok"']],
  ['*', []],
])('the name %s is written as %j', (name, texts) => {
  expect(nameTexts(name)).toEqual(texts);
});

describe('a field is written', () => {
  it.each<[string, string, FieldCondition, unknown]>([
    ['as its key', 'status', 401, { text: '"status"', isKeyEnd: false }],
    ['by the last key of its path, which may stand behind a dot', 'error.kind', 'x', { text: 'kind"', isKeyEnd: true }],
    ['by the key of its array', 'errors.0', 'x', { text: '"errors', isKeyEnd: false }],
  ])('%s', (_, path, wanted, text) => {
    expect(fieldText(path, wanted)).toMatchObject(text as object);
  });

  it.each<[string, string, FieldCondition]>([
    ['where the condition also holds without it', 'status', { not: 401 }],
    ['where it may be absent', 'status', { exists: false }],
    ['where its key has escapes in JSON', 'a"b', 1],
    ['where it is an index alone', '0', 1],
  ])('nowhere %s', (_, path, wanted) => {
    expect(fieldText(path, wanted)).toBeUndefined();
  });
});

it.each<[FieldCondition, readonly string[] | undefined]>([
  ['rejected', ['"rejected"']],
  [{ equals: 'a' }, ['"a"']],
  [{ in: ['a', 'b'] }, ['"a"', '"b"']],
  [{ in: ['a', 1] }, undefined],
  [{ matches: 'a' }, undefined],
  ['with "quotes"', undefined],
  [401, undefined],
])('the values of %j are %j', (wanted, texts) => {
  expect(valueTexts(wanted)).toEqual(texts);
});
