import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCorpus } from '../../src/authoring/corpus-item.ts';
import { evaluateItem, type ItemResult, summarise } from '../../src/authoring/evaluate-corpus.ts';
import { partOf } from '../support/part-of.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const CORPORA = ['handwritten', 'redteam-2', 'unseen-1', 'unseen-2', 'kinds'];

/** Their labels were written before the rules were run on them. */
describe.each(CORPORA)('the corpus %s', (name) => {
  const results: ItemResult[] = [];

  beforeAll(async () => {
    const { ruleSet } = await shippedRules();
    const corpus = fileURLToPath(new URL(`../corpus/${name}.jsonl`, import.meta.url));
    const { items, problems } = readCorpus(await readFile(corpus, 'utf8'));
    expect(problems).toEqual([]);
    const part = partOf(items, 3, ({ abort, category }) => `${abort} ${category}`);
    for (const item of part) results.push(await evaluateItem(item, ruleSet));
  });

  it('loses no run that goes on', () => {
    const wrong = results.filter(({ abort, abortRight }) => abort && !abortRight);
    expect(wrong.map(({ item, rule }) => `${item.id} ${rule}: ${item.lines.at(-1)}`)).toEqual([]);
  });

  it('has most doomed runs ended, for the right cause', () => {
    const { abort_recall, category_accuracy } = summarise(results);
    expect(abort_recall).toBeGreaterThanOrEqual(0.97);
    expect(category_accuracy).toBeGreaterThanOrEqual(0.93);
  });
});
