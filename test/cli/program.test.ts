import { expect, test } from 'vitest';
import { COMMANDS, createProgram } from '../../src/cli/program.ts';

/** The commands that were loaded: the others have neither options nor arguments. */
const loaded = async (words: readonly string[]) =>
  (await createProgram(words)).commands
    .filter((command) => command.options.length + command.registeredArguments.length + command.commands.length > 0)
    .map((command) => command.name());

test('help lists every command and loads none', async () => {
  const program = await createProgram(['--help']);
  expect(program.commands.map((command) => command.name())).toEqual(Object.keys(COMMANDS));
  expect(await loaded(['--help'])).toEqual([]);
});

test.each([[['help']], [['scna']], [['constructor']], [[]]])('%j names no command and loads none', async (words) => {
  expect(await loaded(words)).toEqual([]);
});

test.each(Object.keys(COMMANDS))('%s is loaded alone, also for its help', async (name) => {
  expect(await loaded([name])).toEqual([name]);
  expect(await loaded(['help', name])).toEqual([name]);
});

test.each(Object.entries(COMMANDS))('what help says of %s is what the command says itself', async (_, entry) => {
  const command = await entry.load();
  expect(command.summary() || command.description()).toBe(entry.summary);
});
