import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bannerPattern, wordingPattern } from '../../../src/ruleset/causes/compile-causes.ts';
import { knowTexts, textsOf } from '../../../src/ruleset/load/pack-texts.ts';
import { readPack } from '../../../src/ruleset/load/read-pack.ts';
import { knownTextNeedles, textNeedles } from '../../../src/ruleset/needles/text-needles.ts';
import { causePack } from '../causes/build-causes.ts';

const readShipped = (file: string) => readPack(file, readFileSync(join('rules', file))).pack;
const files = readdirSync('rules', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));

test('what texts must contain is known of the wordings and banners of a pack that was looked at before', () => {
  const pack = causePack([{ any: [{ banner: 'zebra crossing closed', message: ['zebra (is )?asleep', '[0-9]+'] }] }]);
  const texts = JSON.parse(JSON.stringify(textsOf(pack)));
  const patterns = [bannerPattern('zebra crossing closed'), wordingPattern('zebra (is )?asleep')];
  for (const pattern of patterns) expect(knownTextNeedles([pattern])).toBeUndefined();
  knowTexts(pack, texts);
  expect(knownTextNeedles(patterns)).toEqual(textNeedles(patterns, 'decoded'));
  // Numbers may be any text.
  expect(knownTextNeedles([...patterns, wordingPattern('[0-9]+')])).toBeUndefined();
});

test.each(files)('it is the same as what reading the patterns of %s says', (file) => {
  const pack = readShipped(file);
  if (!pack) throw new Error(`${file} is no pack`);
  knowTexts(pack, textsOf(pack));
  const lines = pack.rules.flatMap(({ match }) =>
    match.flatMap(({ line }) => (line === undefined ? [] : [line].flat())),
  );
  const messages = pack.causes.flatMap(({ any }) => any.flatMap(({ message }) => [message ?? []].flat()));
  for (const pattern of [...lines, ...messages.map(wordingPattern)]) {
    expect(knownTextNeedles([pattern])).toEqual(textNeedles([pattern], 'decoded'));
  }
});
