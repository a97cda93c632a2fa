import { join } from 'node:path';
import { RulePack } from '../../src/contracts/rule-pack.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { loadRules } from '../../src/ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';
import type { BenchOptions } from './bench-engine.ts';
import { classify, healthyStreams } from './bench-packs.ts';
import { type Figure, measure } from './measure.ts';
import { compare, type Row } from './row.ts';
import { syntheticRules } from './synthetic-rules.ts';

const CAUSES = 10_000;
/** They may change the speed on healthy output by so much. */
const TARGET = 0.95;

/** What 10,000 more causes cost on the output of agents that are well: the shipped packs with them, to the shipped packs. */
export async function benchCauses({ root, bytes, say }: BenchOptions): Promise<Row[]> {
  const { packs, findings } = await loadRules(join(root, 'rules'), RUNTIME_FACTS);
  if (packs.length === 0) throw new Error(`the shipped packs can't be used: ${findings[0]?.message}`);
  const shipped = packs.map(({ pack }) => pack);
  const without = compileRules(shipped, undefined, RUNTIME_FACTS);
  const withCauses = compileRules([...shipped, madeUpCauses()], undefined, RUNTIME_FACTS);
  const rows: Row[] = [];
  for (const stream of healthyStreams(root)) {
    // Structured output is read a hundred times as fast: rounds of a second or two each.
    const wanted = stream.format === 'structured' ? bytes * 16 : bytes / 16;
    const times = Math.ceil(wanted / stream.chunks.data.length);
    // In processor time, which a busy machine stretches less than it does the clock.
    const again = (rules: RuleSet) => () => {
      const before = process.cpuUsage();
      for (let i = 0; i < times; i += 1) classify(rules, stream);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    };
    const size = stream.chunks.data.length * times;
    say(`${CAUSES} more causes on healthy output, ${stream.format}: ${Math.round(size / 1e6)} MB`);
    const [more, shippedAlone] = await measure([
      { name: 'knell', bytes: size, run: again(withCauses) },
      { name: 'the shipped packs alone', bytes: size, run: again(without) },
    ]);
    const what = `${CAUSES} more causes on healthy output, ${stream.format}`;
    rows.push(compare(what, more as Figure, shippedAlone as Figure, TARGET));
  }
  return rows;
}

function madeUpCauses(): RulePack {
  return RulePack.parse({
    schema: 'knell.rules/v1',
    pack: 'made-up',
    version: '1.0.0',
    description: 'Made up for the bench',
    runtime: 'any',
    causes: syntheticRules(CAUSES).map(({ pattern, hit }, number) => ({
      id: `cause-${number}`,
      title: 'A made-up cause',
      category: 'provider.server_error',
      precedence: 40,
      any: [{ message: pattern.replace('(?i)', '') }],
      examples: { match: [hit], ignore: ['nothing of it'] },
    })),
  });
}
