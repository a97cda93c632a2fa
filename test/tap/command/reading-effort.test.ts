import { expect, test } from 'vitest';
import { readCommand } from '../../../src/tap/command/read-command.ts';
import type { ScriptFiles } from '../../../src/tap/command/script-files.ts';
import fc from '../../support/fast-check.ts';
import { scriptsIn } from '../../support/script-files.ts';

const words = (text: string) => text.split(' ');
const PIECES = [
  ...words(
    `$( ( ) (( )) { } \` " ' $' \\ # <( << <<-'END-OF' END-OF | || & && ; > < <<< = $A \${A:-b} "$@" if then else fi for do done`,
  ),
  ...words(
    'while until case esac in f() claude xargs find env sh -c eval trap source ./a ./b npm run a set -e shift exec return break',
  ),
  '\n',
  ' ',
  '\t',
];
const pieces = fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.integer({ min: 1, max: 200 })), { maxLength: 40 });
const spaced = pieces.map((parts) => parts.map(([piece, times]) => `${piece} `.repeat(times)).join(''));
const dense = pieces.map((parts) => parts.map(([piece, times]) => piece.repeat(times)).join(''));

/** Files that count how often one is looked for. */
function counted(files: ScriptFiles): { files: ScriptFiles; looks: () => number } {
  let looks = 0;
  const find: ScriptFiles['find'] = (...asked) => {
    looks += 1;
    return files.find(...asked);
  };
  return { files: { ...files, find }, looks: () => looks };
}

test('whatever a command and its scripts hold, nothing is thrown, and what is looked at is bounded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(spaced, dense), fc.oneof(spaced, dense), async (a, b) => {
      const from = scriptsIn({
        './a': `#!/bin/sh\n${a}`,
        './b': `#!/bin/sh\n${b}`,
        'package.json': '{"scripts":{"a":"./a"}}',
      });
      const { files, looks } = counted(from.files);
      const { goesOn } = await readCommand(['sh', '-c', `${a}\n./b`], { ...from, files });
      expect([undefined, 'commands', 'turns']).toContain(goesOn);
      expect(looks()).toBeLessThan(70_000);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['substitutions that do not close', `claude -p Go\n${'echo $(a\n'.repeat(6_000)}`],
  ['nested substitutions', `claude -p Go\n${'$('.repeat(30_000)}`],
  ['quoted ones', `claude -p Go\n${'"$('.repeat(20_000)}`],
  ['many commands', 'a;'.repeat(40_000)],
  ['many words', `xargs ${'a '.repeat(40_000)}`],
  ['many operators', `claude -p Go${' ('.repeat(30_000)}`],
  ['many ways', 'if a; then set -e; else set +e; fi; if b; then cd c; fi; shift; claude -p x || f "$@"\n'.repeat(700)],
  [
    'loops in loops',
    `${'for a in b; do if c; then set -o pipefail; fi; claude -p x && break; '.repeat(300)}${'done;'.repeat(300)}`,
  ],
  ['functions in circles', 'f() { g || g; }; g() { f || f; }; f'],
  ['words that each step adds to', `claude -p x\n${'set -- a "$@";'.repeat(4_000)}`],
])('anything may follow behind too much to read: %s', async (_what, line) => {
  expect((await readCommand(['sh', '-c', line, 'sh', 'x'], scriptsIn({}))).goesOn).toBe('commands');
});

test('a script that names itself is read no more than some times', async () => {
  const from = scriptsIn({
    './a.sh': `#!/bin/sh\n${'./b.sh; '.repeat(5_000)}`,
    './b.sh': `#!/bin/sh\n${'./a.sh; '.repeat(5_000)}`,
  });
  const { files, looks } = counted(from.files);
  expect((await readCommand(['./a.sh'], { ...from, files })).goesOn).toBe('commands');
  expect(looks()).toBeLessThan(70_000);
});

test('files that fail to be read hold nothing up', async () => {
  const fail = () => {
    throw new Error('gone');
  };
  const files = { find: fail, packageScripts: fail, isFolder: fail };
  expect((await readCommand(['./a.sh'], { files })).goesOn).toBe('commands');
});
