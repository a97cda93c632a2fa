import { expect, test } from 'vitest';
import { withoutSubstitutions } from '../../../src/tap/command/without-substitutions.ts';

test.each([
  [
    "cat <<'END-OF' > prompt.md\nRun $(cmd and see; it's `odd\nEND-OF\nclaude -p Go",
    'cat <_  > prompt.md\nclaude -p Go',
  ],
  ['cat <<-"A B" | tee x\n\tGo || on\n\tA B\nclaude', 'cat <_  | tee x\nclaude'],
  ['cat <<\\E.1 <<TWO\na\nE.1\nb )\nTWO', 'cat <_  <_ \n'],
  ['cat <<EOF\n EOF\nEOFX\nEOF\nb', 'cat <_ \nb'],
  ['claude -p <<< "Go || on"', 'claude -p < "Go || on"'],
  ["A=$(cat <<'EOF'\nit's ) \"one\nEOF\n) claude", 'A=_ claude'],
  ['echo $((1 << 2)) $((2<<3))\nb', 'echo _ _\nb'],
  ['a "$(b ")" (c) `d`)" # it\'s\ne', 'a "_" \ne'],
  ["a $'it\\'s' b", "a 'it'\\''s' b"],
  ['diff <(a "(") >(b) c#d $# e', 'diff _ _ c#d $# e'],
])('what runs before or beside a command becomes a word, a here-document a file: %j', (text, plain) => {
  expect(withoutSubstitutions(text)).toBe(plain);
});

test.each(['a $(b', 'a "$(b"', "a 'b", 'a `b', "a $'b", 'cat <<EOF\nEO', 'cat <<EOF', "cat <<'EO", 'a <<\nb'])(
  'what does not close is not read: %j',
  (text) => {
    expect(withoutSubstitutions(text)).toBeUndefined();
  },
);
