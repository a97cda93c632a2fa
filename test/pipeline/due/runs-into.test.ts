import { expect, test } from 'vitest';
import { evaluateItem } from '../../../src/authoring/evaluate-corpus.ts';
import { loadRules } from '../../../src/ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../../../src/ruleset/load/runtime-facts.ts';

const { ruleSet } = await loadRules('rules', RUNTIME_FACTS);

test.each([
  [['/run.sh: line 3: lodger: command not found'], true],
  [
    [
      'I moved the binary and rebuilt the image.',
      'Before that its only output was',
      '/run.sh: line 3: lodger: command not found',
    ],
    false,
  ],
])('a line of the host below a sentence that stops in the middle is what it quotes: %j', async (lines, ends) => {
  if (!ruleSet) throw new Error('the shipped packs do not load');
  const item = {
    id: 'i',
    format: 'text',
    runtime: 'aider',
    stream: 'stdout' as const,
    lines,
    category: 'benign' as const,
    abort: 'no' as const,
  };
  expect((await evaluateItem(item, ruleSet)).abort).toBe(ends);
});
