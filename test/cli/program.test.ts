import { expect, test, vi } from 'vitest';
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

/** What a mistake in usage makes the command line say. */
async function complaint(...words: string[]): Promise<string> {
  let said = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  try {
    await (await createProgram(words)).parseAsync(['node', 'knell', ...words]);
  } catch {
    // It is thrown, so that the exit code is decided in one place.
  } finally {
    write.mockRestore();
  }
  return said;
}

test.each([
  [['why'], "error: missing required argument 'run'\n(knell why --help shows what it takes)\n"],
  [['rules', 'diff'], "error: missing required argument 'A'\n(knell rules diff --help shows what it takes)\n"],
  [['runs', 'list', '--stat'], "error: unknown option '--stat'\n(Did you mean --state?)\n(knell runs list --help"],
  [['scna'], "error: unknown command 'scna'\n(Did you mean scan?)\n(add --help for what it takes)\n"],
  [['help', 'nosuch'], "error: unknown command 'nosuch'\n(add --help for what it takes)\n"],
])('%j says what is wrong and where help is', async (words, said) => {
  expect(await complaint(...words)).toContain(said);
});
