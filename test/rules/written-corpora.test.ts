import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCorpus } from '../../src/authoring/corpus-item.ts';
import { evaluateItem, type ItemResult, summarise } from '../../src/authoring/evaluate-corpus.ts';
import { ownsChannel } from '../../src/decode/channels.ts';
import { knownRuntimes } from '../../src/decode/decoders.ts';
import { loadRules } from '../../src/ruleset/load-rules.ts';

const FOLDER = fileURLToPath(new URL('../../rules', import.meta.url));
const CORPUS = fileURLToPath(new URL('../corpus/handwritten.jsonl', import.meta.url));

let results: ItemResult[];

beforeAll(async () => {
  const { ruleSet } = await loadRules(FOLDER, { ownsChannel, runtimes: knownRuntimes() });
  if (!ruleSet) throw new Error('the shipped packs do not load');
  const { items, problems } = readCorpus(await readFile(CORPUS, 'utf8'));
  expect(problems).toEqual([]);
  results = [];
  for (const item of items) results.push(await evaluateItem(item, ruleSet));
});

/** Its labels were written before the rules were run on it. */
describe('the handwritten corpus', () => {
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
