import { expect, it } from 'vitest';
import { RUNTIME_FACTS } from '../../../src/ruleset/load/runtime-facts.ts';

it('says what the decoders know: the runtimes, their own channels, and the texts of error claims, each once', () => {
  const { runtimes, ownsChannel, errorLiterals } = RUNTIME_FACTS;
  expect(runtimes).toEqual(expect.arrayContaining(['claude-code', 'codex', 'gemini', 'generic']));
  expect(ownsChannel('claude-code', 'stderr')).toBe(true);
  expect(ownsChannel('claude-code', 'stdout')).toBe(false);
  expect(errorLiterals).toEqual([...new Set(errorLiterals)]);
  expect(errorLiterals.length).toBeGreaterThan(0);
});
