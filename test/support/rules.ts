import { parse } from 'yaml';
import { RulePack } from '../../src/contracts/rule-pack.ts';
import { allDecoders } from '../../src/decode/decoders.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';

/** Compiles a pack whose rules are given as YAML without what does not matter to the test. */
export function rulesFrom(yaml: string, runtime = 'claude-code'): RuleSet {
  const given = parse(yaml) as { rules?: Record<string, unknown>[] } & Record<string, unknown>;
  const defaults = {
    title: 'A rule',
    category: 'auth.token_expired',
    action: 'abort',
    origin: { seen: '2026-11-22', source: 'a test' },
    examples: { match: [], ignore: [] },
  };
  const pack = RulePack.parse({
    schema: 'knell.rules/v1',
    pack: 'test',
    version: '1.0.0',
    runtime,
    ...given,
    rules: (given.rules ?? []).map((rule) => ({ ...defaults, ...rule })),
  });
  return compileRules([pack], undefined, {
    errorLiterals: allDecoders().flatMap((decoder) => decoder.errorLiterals),
  });
}
