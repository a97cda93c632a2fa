import { expect, it } from 'vitest';
import { isKeyHint, isWaiting } from '../../../src/decode/text/key-hints.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';

it.each([
  'Enter to confirm · Esc to cancel',
  '  Press enter to confirm or esc to cancel',
  '│ (Use Enter to Set Auth)      │',
  'Confirm with number keys or ↑↓ keys and Enter, Cancel with Esc',
  '↑/↓ to move',
  '⠏ Waiting for user confirmation...',
  '╰──────╯',
  '>',
  'Enter your choice [1-3]:',
  'Choice:',
  '~/shop (main*)          no sandbox          model-2 (99% context left)',
])('a hint: %s', (line) => {
  expect(isKeyHint(shapeLine(line))).toBe(true);
});

it.each([
  'Running pytest -q',
  '● Bash(git push)',
  'All 14 tests pass.',
  'y',
  '> 1',
  'I pressed enter on the second choice and the file was written to the disk, as the plan says it should have been before.',
])('the run goes on: %s', (line) => {
  expect(isKeyHint(shapeLine(line))).toBe(false);
});

it('a client that waits says so', () => {
  expect(isWaiting(shapeLine('⠧ Waiting for approval…'))).toBe(true);
  expect(isWaiting(shapeLine('Waiting for the tests'))).toBe(false);
});
