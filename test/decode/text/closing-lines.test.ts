import { expect, it } from 'vitest';
import { isClosed } from '../../../src/decode/text/closing-lines.ts';
import { shapesOf } from './shapes.ts';

it.each([
  ["a host's word on a bad exit", '[fleet] task 12 exit=3 after 40 s', true],
  ['one behind a time', '2026-11-28T10:00:00Z worker exited with code 137', true],
  ['one that a runner raises', '##[error]Process completed with exit code 1.', true],
  ["two lines of a client's account", 'Total cost: $0.10\nTotal duration: 3 s', true],
  ["the account of a command's time", 'real\t0m3.2s\nuser\t0m0.1s\nsys\t0m0.0s', true],
  ['the account of an image', 'Changes   +41 -7\nRequests  1 Premium', true],
  ['words that begin like it', 'Changes to the docs\nRequests of users', false],
  ['one time', 'real\t0m3.2s', false],
  ['a good exit', '[fleet] task 12 exit=0 after 40 s', false],
  ["a sentence of the model's", 'The job ended with exit code 1.', false],
  ['one line of an account', 'Total cost: $0.10', false],
  ['nothing', '', false],
])('%s behind a statement', (_what, after, closes) => {
  expect(isClosed(shapesOf(`Error: boom\n${after}`), 0)).toBe(closes);
});

it('looks at few lines', () => {
  const far = `Error: boom\n${'more\n'.repeat(40)}[fleet] task 12 exit=3`;
  expect(isClosed(shapesOf(far), 0)).toBe(false);
});

it("takes the time of a tool's command for no end of the run", () => {
  const text = '$ time ./deploy.sh\n\nError: boom\n\nreal\t0m3.2s\nuser\t0m0.1s\nsys\t0m0.0s';
  expect(isClosed(shapesOf(text), 2)).toBe(false);
});
