import { expect, it } from 'vitest';
import { isShellPrompt, opensPrompt, typedAtPrompt } from '../../../src/decode/text/shell-prompt.ts';

const PROMPTS = [
  '~/src/infra main* ❯',
  '~ ➜',
  '/srv/app on dev λ',
  'ana@lab:~/src (dev)$',
  'ana@lab ~/src (main)>',
  '[ana@lab ~/src]$',
  '(base) ~/w/shop on dev ❯',
  'PS C:\\src\\shop>',
  'C:\\src>',
];

it.each(PROMPTS)('%s is the prompt of a shell', (prompt) => {
  expect(isShellPrompt(prompt)).toBe(true);
  expect(typedAtPrompt(prompt)).toBeUndefined();
  expect(typedAtPrompt(`${prompt} claude -p x`)).toBe('claude -p x');
});

it.each([
  '❯',
  '/var 87 %',
  '~/src/a.ts is done',
  'see /etc/hosts',
  'a@b.c: failed',
  '/api/v1 returned 401 ❯'.slice(0, -2),
])('%s is none', (words) => {
  expect(isShellPrompt(words)).toBe(false);
  expect(typedAtPrompt(words)).toBeUndefined();
});

it.each([
  ['shop on main [!] via v20.1', '❯', true],
  ['~/src/shop on main', '❯ claude -p x', true],
  ['shop on main', 'claude', false],
  ['I go on with the tests.', '❯', false],
])('%j above %j is the first line of a prompt: %s', (first, second, expected) => {
  expect(opensPrompt(first, second)).toBe(expected);
});
