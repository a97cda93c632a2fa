import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';

const namesOf = async (word?: string) => (await createProgram(word)).commands.map((command) => command.name());

test('without a command that it knows, the program has them all to tell of', async () => {
  const all = await namesOf();
  expect(all.slice(0, 3)).toEqual(['tap', 'serve', 'scan']);
  expect(new Set(all).size).toBe(14);
  for (const word of ['--help', 'help', 'scna', 'constructor']) expect(await namesOf(word)).toEqual(all);
});

test('a command that is wanted is loaded alone, under the name by which it is found', async () => {
  for (const name of await namesOf()) expect(await namesOf(name)).toEqual([name]);
});
