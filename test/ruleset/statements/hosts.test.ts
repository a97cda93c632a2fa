import { expect, it } from 'vitest';
import { HOSTS } from '../../../src/ruleset/statements/hosts.ts';

it('an agent that packs know is no host, and a script or a framework is one', () => {
  expect(HOSTS.has('claude-code')).toBe(false);
  expect(HOSTS.has('host')).toBe(true);
  expect(HOSTS.has('langchain')).toBe(true);
});
