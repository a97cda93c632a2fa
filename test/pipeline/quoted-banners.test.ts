import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openFolder } from '../../src/authoring/check-folder.ts';
import { readCorpus } from '../../src/authoring/corpus-item.ts';
import { ownsChannel } from '../../src/decode/channels.ts';
import { startMemoryFleet } from '../support/memory-fleet.ts';
import { isInPart } from '../support/part-of.ts';

/*
 * All banners that end a run, each as the last words of a healthy one that quotes it in plain text, on a channel where others than the
 * client speak: the model then thinks for two minutes, and nothing of the run's tree is at work.
 */
const { authored } = await openFolder('rules');
if (!authored) throw new Error('the shipped packs do not load');
const { rules, cases } = authored;
const { items } = readCorpus(await readFile('test/corpus/examples.jsonl', 'utf8'));

const run = { agent: 'a1', execution: 'e1', attempt: 1 };
const THINKS_MS = 120_000;
const CODEX_HEADER = [
  'OpenAI Codex v0.171.0',
  '--------',
  'model: gpt-5.5',
  '--------',
  'user',
  'Look at it.',
  'codex',
];

const WAYS: readonly ((banner: readonly string[]) => string[])[] = [
  (banner) => ['The log of the nightly job ends with these lines.', '', ...banner],
  (banner) => ['I looked at the run of last night, and it failed. This is what it printed at the end', ...banner],
  (banner) => ['First the log.', '$ tail agent.log', 'started', ...banner],
  (banner) => ['Done. The two runs ended like this', '', ...banner, '', ...banner],
];

const banners = [
  ...cases
    .filter(({ kind, rule }) => kind === 'match' && rule.action === 'abort')
    .map((one) => ({ ...one, id: one.key })),
  ...items.filter(({ abort }) => abort === 'yes'),
].filter(({ lines, stream, runtime }) => !ownsChannel(runtime, stream) && !lines.some((line) => /^\s*\{/.test(line)));

test('a run that quotes what would end it is not ended while its model may think', async () => {
  const ended: string[] = [];
  for (const [index, { id, lines, stream, runtime }] of banners.entries()) {
    // No divisor of the number of ways: each of them is still tried.
    if (!isInPart(index, 3)) continue;
    const fleet = await startMemoryFleet(rules);
    const quote = WAYS[index % WAYS.length] as (typeof WAYS)[number];
    await fleet.start(run, { runtime });
    await fleet.say(run, [...(runtime === 'codex' ? CODEX_HEADER : []), ...quote(lines)], stream, runtime);
    const tree = fleet.watchTree(run);
    await fleet.clock.advance(THINKS_MS);
    tree.stop();
    for (const { category } of fleet.publisher.aborts) ended.push(`${id}: ${category}`);
    await fleet.stop();
    expect(fleet.failures).toEqual([]);
  }
  expect(ended).toEqual([]);
  expect(banners.length).toBeGreaterThan(200);
});
