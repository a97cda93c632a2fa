import { expect, test } from 'vitest';
import { evaluateItem } from '../../../src/authoring/evaluate-corpus.ts';
import { shippedRules } from '../../support/shipped-rules.ts';

const { ruleSet } = await shippedRules();

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
  [['Last case, the fake says:', '/run.sh: line 3: lodger: command not found'], false],
  // An event in JSON is no sentence that stops.
  [['{"note":"why does the build break on that machine"}', '/run.sh: line 3: lodger: command not found'], true],
])('a line of the host below a sentence that stops in the middle is what it quotes: %j', async (lines, ends) => {
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
