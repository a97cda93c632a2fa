import { expect, it } from 'vitest';
import { canonicalRuntime, RUNTIME_ALIASES } from '../../src/decode/canonical-runtime.ts';

it('resolves an alias, whatever its case and the spaces around it', () => {
  expect(canonicalRuntime(' Claude ')).toBe('claude-code');
  expect(canonicalRuntime('cn')).toBe('continue-cli');
  expect(canonicalRuntime('kilo-cli')).toBe('kilo');
  expect(canonicalRuntime('agy')).toBe('antigravity-cli');
});

it('keeps a name that is no alias, in lower case', () => {
  expect(canonicalRuntime(' Some-New-Agent ')).toBe('some-new-agent');
  expect(canonicalRuntime('constructor')).toBe('constructor');
});

it('keeps no more of a name than can stand in a record', () => {
  expect(canonicalRuntime('x'.repeat(1_000_000))).toBe('x'.repeat(128));
});

it('resolves every alias at once to a name that is none', () => {
  for (const alias of RUNTIME_ALIASES) expect(RUNTIME_ALIASES).not.toContain(canonicalRuntime(alias));
});
