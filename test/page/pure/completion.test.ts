import { expect, it } from 'vitest';
import { complete } from '../../../src/page/completion.ts';

const words = {
  schema: 'knell.rule-words/v1' as const,
  keys: ['category', 'causes', 'title'],
  values: { category: ['auth.token_expired', 'auth.token_revoked'], runtime: ['codex'] },
  files: [],
  runtimes: [],
};
const at = (text: string) => complete(text, text.length, words)?.words;

it.each([
  ['ca', ['category', 'causes']],
  ['  - ca', ['category', 'causes']],
  ['category: auth', ['auth.token_expired', 'auth.token_revoked']],
  ['category: [auth.token_expired, auth.token_r', ['auth.token_revoked']],
  ['category: auth.token_revoked', undefined],
  ['title: ca', undefined],
  ['', undefined],
  ["message: 'ca", undefined],
])('%j', (text, found) => {
  expect(at(text)).toEqual(found);
});
