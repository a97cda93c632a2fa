import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openFolder } from '../../src/authoring/check-folder.ts';
import { checkCauseExamples } from '../../src/authoring/examples/check-cause-examples.ts';

const FOLDER = fileURLToPath(new URL('../../rules', import.meta.url));
const MAX_LINE = 400;

describe('the shipped causes', () => {
  it('have examples that hold, and patterns without a finding', async () => {
    const { findings, packs = [], authored } = await openFolder(FOLDER);
    if (!authored) throw new Error('the shipped packs do not load');
    const examples = checkCauseExamples(packs, authored.rules);
    expect([...findings, ...examples].map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual([]);
  });

  it('each have an example to match and one to leave alone', async () => {
    const { packs = [] } = await openFolder(FOLDER);
    const bare = packs.flatMap(({ pack }) =>
      pack.causes
        .filter(({ examples }) => examples.match.length === 0 || examples.ignore.length === 0)
        .map(({ id }) => `${pack.pack}/${id}`),
    );
    // Typed by knell itself: no program words it.
    expect(bare).toEqual(['machine/endless-retry']);
  });

  it('are written in lines that a person can read', async () => {
    const names = (await readdir(FOLDER, { recursive: true })).filter((name) => name.endsWith('.yaml'));
    const long: string[] = [];
    for (const name of names) {
      const text = await readFile(join(FOLDER, name), 'utf8');
      for (const [i, line] of text.split('\n').entries()) {
        if (line.length > MAX_LINE && !/^\s*(?:- )?(?:- '|lines: |- "|match: |ignore: )/.test(line))
          long.push(`${name}:${i + 1}`);
      }
    }
    expect(long).toEqual([]);
  });
});
