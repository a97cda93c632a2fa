import { expect, test } from 'vitest';
import { providerOf } from '../../../src/subscriptions/learn/provider-of.ts';

test.each([
  ['claude-code', 'anthropic'],
  ['codex', 'openai'],
  ['gemini', 'google'],
  ['Claude', 'anthropic'],
  ['copilot', 'github'],
  ['cursor', 'cursor'],
  ['aider', undefined],
  ['', undefined],
  // A host may name its runtime anything, also as what every object has.
  ['constructor', undefined],
  ['__proto__', undefined],
  [undefined, undefined],
])('the provider behind %s is %s', (runtime, provider) => {
  expect(providerOf(runtime)).toBe(provider);
});
