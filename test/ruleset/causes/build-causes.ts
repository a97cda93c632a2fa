import { RulePack } from '../../../src/contracts/rule-pack.ts';
import { type Causes, compileCauses } from '../../../src/ruleset/causes/compile-causes.ts';

/** A pack of causes as small as they can be, with whatever a test is about. */
export function causePack(causes: readonly Record<string, unknown>[]): RulePack {
  return RulePack.parse({
    schema: 'knell.rules/v1',
    pack: 'test',
    version: '1.0.0',
    runtime: 'any',
    causes: causes.map((cause, i) => ({
      id: `cause-${i}`,
      title: 'A cause',
      category: 'auth.token_expired',
      examples: { match: [], ignore: [] },
      ...cause,
    })),
  });
}

export function someCauses(...causes: readonly Record<string, unknown>[]): Causes {
  return compileCauses([causePack(causes)], 'digest');
}
