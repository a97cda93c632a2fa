import { describe, expect, test } from 'vitest';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { aPack, someOverrides } from './build.ts';

describe('stall limits', () => {
  const stall = {
    warn: '5m',
    abort: '30m',
    open_tool: { warn: '20m' },
    tools: { Bash: { warn: '1h', abort: '2h' } },
    completion: '60s',
  };
  const packs = [
    aPack([], { pack: 'general', runtime: 'any', stall: { warn: '10m' } }),
    aPack([], { pack: 'special', runtime: 'codex', stall }),
  ];

  test('come from the runtime, else from the pack for any', () => {
    const set = compileRules(packs);
    expect(set.stallOf('codex')).toMatchObject({
      pack: { pack: 'special' },
      warnMs: 300_000,
      abortMs: 1_800_000,
      completionMs: 60_000,
    });
    expect(set.stallOf('gemini')).toMatchObject({ pack: { pack: 'general' }, warnMs: 600_000 });
    expect(set.stallOf('gemini')).not.toHaveProperty('abortMs');
    expect(compileRules([]).stallOf('codex')).toBeUndefined();
  });

  test('know open tools, by name and in general', () => {
    const codex = compileRules(packs).stallOf('codex');
    expect(codex?.openTool('Bash')).toEqual({ warnMs: 3_600_000, abortMs: 7_200_000, isOfTool: true });
    expect(codex?.openTool('Read')).toEqual({ warnMs: 1_200_000 });
    expect(compileRules(packs).stallOf('gemini')?.openTool('Bash')).toEqual({ warnMs: 600_000 });
  });

  test('are replaced as a whole by an override for their pack', () => {
    const set = compileRules(packs, someOverrides({}, { special: { warn: '1m' } }));
    expect(set.stallOf('codex')).toMatchObject({ warnMs: 60_000 });
    expect(set.stallOf('codex')).not.toHaveProperty('abortMs');
  });
});
