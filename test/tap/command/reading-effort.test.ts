import { expect, test } from 'vitest';
import { goesOnAfterFailure } from '../../../src/tap/command/goes-on.ts';
import { readCommand } from '../../../src/tap/command/read-command.ts';
import { ReadingEffort } from '../../../src/tap/command/reading-effort.ts';
import type { ScriptFiles } from '../../../src/tap/command/shell-line.ts';
import { withoutSubstitutions } from '../../../src/tap/command/without-substitutions.ts';
import fc from '../../support/fast-check.ts';
import { scriptsIn } from '../../support/script-files.ts';

const PIECES = [
  ...[
    '$(',
    '(',
    ')',
    '((',
    '))',
    '{',
    '}',
    '`',
    '"',
    "'",
    "$'",
    '\\',
    '#',
    '<(',
    '<<',
    "<<-'END-OF'",
    'END-OF',
    '\n',
    ' ',
    '\t',
  ],
  ...[
    '|',
    '||',
    '&',
    '&&',
    ';',
    '>',
    '<',
    '<<<',
    '=',
    '$A',
    'if',
    'then',
    'fi',
    'for',
    'do',
    'done',
    'case',
    'esac',
    'f()',
  ],
  ...[
    'claude',
    'xargs',
    'find',
    'env',
    'sh',
    '-c',
    'eval',
    'trap',
    'source',
    './a',
    './b',
    'npm',
    'run',
    'a',
    'set',
    '-e',
  ],
];
const shellLike = fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.integer({ min: 1, max: 200 })), { maxLength: 40 });
const text = shellLike.map((parts) => parts.map(([piece, times]) => `${piece} `.repeat(times)).join(''));
const dense = shellLike.map((parts) => parts.map(([piece, times]) => piece.repeat(times)).join(''));

test('whatever a command and its scripts hold, they are read in a bounded number of steps, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.oneof(text, dense), fc.oneof(text, dense), (a, b) => {
      let looks = 0;
      const files = scriptsIn({
        './a': `#!/bin/sh\n${a}`,
        './b': `#!/bin/sh\n${b}`,
        'package.json': '{"scripts":{"a":"./a"}}',
      });
      const counted: ScriptFiles = {
        ...files,
        script(path) {
          looks += 1;
          const found = files.script(path);
          return found && { ...found, home: counted };
        },
        within: () => counted,
      };
      const effort = new ReadingEffort();
      expect([undefined, 'commands', 'turns']).toContain(
        goesOnAfterFailure(readCommand(['sh', '-c', `${a}\n./b`], counted, effort)),
      );
      expect(effort.spent).toBeLessThanOrEqual(effort.most);
      expect(looks).toBeLessThan(10_000);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['substitutions that do not close', 'claude -p Go\n'.concat('echo $(a\n'.repeat(6_000))],
  ['nested substitutions', `claude -p Go\n${'$('.repeat(30_000)}`],
  ['quoted ones', `claude -p Go\n${'"$('.repeat(20_000)}`],
  ['here-documents that do not end', '<<a\n'.repeat(16_000)],
  ['many commands', 'a;'.repeat(32_000)],
  [
    'many programs',
    Array.from({ length: 6_000 }, (_one, at) => `command-${at}`)
      .join('\n')
      .slice(0, 64_000),
  ],
  ['many words', `xargs ${'a '.repeat(25_000)}`],
  ['many operators', `claude -p Go${' ('.repeat(30_000)}`],
])('anything may follow behind too much to read: %s', (_what, line) => {
  let looks = 0;
  const none: ScriptFiles = {
    script: () => {
      looks += 1;
      return undefined;
    },
    lacks: () => 'none',
    packageScripts: () => undefined,
    within: () => none,
  };
  expect(goesOnAfterFailure(readCommand(['sh', '-c', line], none))).toBe('commands');
  expect(looks).toBeLessThan(4_000);
});

test('nested substitutions that close are one word, however deep', () => {
  expect(withoutSubstitutions(`a ${'$('.repeat(30_000)}${')'.repeat(30_000)} b`)).toBe('a _ b');
});

test('files that fail to be read hold nothing up', () => {
  const fail = () => {
    throw new Error('gone');
  };
  expect(
    goesOnAfterFailure(readCommand(['./a.sh'], { script: fail, lacks: fail, packageScripts: fail, within: fail })),
  ).toBe('commands');
});

test('words that each step adds to are not followed beyond the effort', () => {
  const { line } = readCommand(['sh', '-c', 'set -- a "$@";'.repeat(4_000), 'sh', 'x'], scriptsIn({}));
  const words = line?.steps?.reduce((sum, step) => sum + step.words.length, 0);
  // All of them would be eight millions.
  expect(words).toBeGreaterThan(100_000);
  expect(words).toBeLessThan(3_000_000);
});
