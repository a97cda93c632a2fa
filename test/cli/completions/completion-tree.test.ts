import { Argument, Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { completionTree, nameOf, withAllBelow } from '../../../src/cli/completions/completion-tree.ts';
import { COMMANDS, createProgram } from '../../../src/cli/program.ts';

test('of a command it has the options, the fixed arguments and what stands below', () => {
  const program = new Command('knell').addCommand(
    new Command('mode')
      .description('show or set')
      .addArgument(new Argument('[mode]').choices(['enforce', 'shadow']))
      .addOption(new Option('-r, --reason <text>', 'why'))
      .addOption(new Option('--hidden').hideHelp()),
  );
  const [, mode] = withAllBelow(completionTree(program));
  expect(mode).toMatchObject({
    path: 'knell mode',
    summary: 'show or set',
    words: ['enforce', 'shadow'],
    files: false,
  });
  expect(mode?.options.map(({ names, takesValue }) => [names.join(), takesValue])).toEqual([
    ['-r,--reason', true],
    ['-h,--help', false],
  ]);
  expect(mode && nameOf(mode)).toBe('mode');
});

test('of knell it has every command, each with its options', async () => {
  const root = completionTree(await createProgram('all'));
  expect(root.children.map(nameOf)).toEqual(Object.keys(COMMANDS));
  expect(root.children.filter(({ options, children }) => options.length + children.length < 2)).toMatchObject([
    { path: 'knell completions' },
  ]);
});

/** What prints no results: it runs until it is stopped, or prints a file in the one format that it has. */
const NO_RESULTS = ['knell tap', 'knell serve', 'knell completions', 'knell rules draft', 'knell rules schema'];

test('every command that prints results has --json', async () => {
  const leaves = withAllBelow(completionTree(await createProgram('all'))).filter(
    ({ children }) => children.length === 0,
  );
  const without = leaves.filter(({ options }) => !options.some(({ names }) => names.includes('--json')));
  expect(without.map(({ path }) => path).toSorted()).toEqual(NO_RESULTS.toSorted());
});
