import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type CorpusItem, readCorpus } from '../../src/authoring/corpus-item.ts';
import { evaluateItem } from '../../src/authoring/evaluate-corpus.ts';
import { MUTATIONS } from '../support/mutations.ts';
import { isInPart } from '../support/part-of.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const CORPORA = ['handwritten', 'redteam-2', 'runs', 'unseen-1', 'unseen-2'];
const { ruleSet: rules } = await shippedRules();

async function itemsOf(name: string): Promise<readonly CorpusItem[]> {
  const path = fileURLToPath(new URL(`../corpus/${name}.jsonl`, import.meta.url));
  return readCorpus(await readFile(path, 'utf8')).items;
}
const items = (await Promise.all(CORPORA.map(itemsOf))).flat();
const isEvents = ({ lines }: CorpusItem): boolean => lines.some((line) => /^\s*[{[]/.test(line));

/** A log that a mutation has gone over gets the verdict of the log as it was, or none: never another one. */
describe.each(MUTATIONS)('$name', (mutation) => {
  const at = MUTATIONS.indexOf(mutation);
  // Each item meets one of the mutations in an ordinary run, another one than its neighbour.
  const met = items
    .filter((_, index) => isInPart(index + at, MUTATIONS.length))
    .filter((item) => !(mutation.textOnly && isEvents(item)));

  // Below some sixty columns a statement falls into pieces that prose could be too.
  const least = mutation.name === 'wrapped at 60' ? 0.65 : 0.8;

  it('ends no run that goes on, and keeps most verdicts', async () => {
    const wrong: string[] = [];
    let [ended, kept] = [0, 0];
    for (const item of met) {
      const after = await evaluateItem({ ...item, lines: mutation.of(item.lines) }, rules);
      if (!after.abort && item.abort === 'no') continue;
      const before = await evaluateItem(item, rules);
      if (after.abort && !before.abort && item.abort === 'no') wrong.push(`${item.id}: ${after.rule}`);
      if (!before.abort) continue;
      ended += 1;
      if (after.abort && after.category === before.category) kept += 1;
    }
    expect(wrong).toEqual([]);
    expect(kept / ended).toBeGreaterThanOrEqual(least);
  });
});
