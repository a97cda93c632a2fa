import { expect, it } from 'vitest';
import { closesJob, isClosed, isRunnersVerdict } from '../../../src/decode/text/closing-lines.ts';
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
  ["a host's line on a task", 'Task 31 ended: failed (exit 1)', true],
  ["a batch's line on one of its tasks", 'task 3/9: codex exited with code 1, skipping', true],
  ['the same in words', 'item 7 of 12: qwen exited with code 1, skipped', true],
  ['a good one', 'task 3/9: codex exited with code 0', false],
  ['one on an agent', 'codex finished with status failed, no patch produced', true],
  ["a person's question for the code", '$ echo $?\n1', true],
  ['a good answer to it', '$ echo $?\n0', false],
  ['a host on its agent', 'ralph: agent exited 1 after 3s, no commit made', true],
  ['a return code', '2026-11-28 10:00:00 runner: child exited, returncode=1', true],
  ['a signal', '[pm] agent died with signal SIGABRT', true],
  ["a signal's number", '[pm] agent died of signal 9', true],
  ['the same in brackets', '[pm] agent was killed (signal 9)', true],
  ['a number of something else', '2026-11-28T10:00:00Z index ended by 9', false],
  ["systemd's word", 'Nov 28 10:00:00 box systemd[1]: agent.service: Main process exited, status=1/FAILURE', true],
  ['what Jenkins prints', 'ERROR: script returned exit code 1\nFinished: FAILURE', true],
  ["a wrapper's label and code", 'error: agent step failed (exit code 1)', true],
  ['what Kiro prints', 'Backtrace omitted. Run with RUST_BACKTRACE=1 to display it.', true],
  ["a step's mark and exit", 'Step 3/5 (lint) ✗ exit 2', true],
  ["a step's mark and code", 'Stage 1 ✘ failed (code 70)', true],
  ["a step's mark alone", 'Step 3/5 (lint) ✗', false],
  ['a good step', 'Step 3/5 (lint) ✗ exit 0', false],
  ["a host's verdict", '[swarm] worker-2 finished: FAILED', true],
  ["a host's good news", '[swarm] worker-2 finished: done', false],
  ['another exit', 'finished with 3 edits', false],
  ['a good exit', '[fleet] task 12 exit=0 after 40 s', false],
  ["a sentence of the model's", 'The job ended with exit code 1.', false],
  ['one line of an account', 'Total cost: $0.10', false],
  ['nothing', '', false],
])('%s behind a statement', (_what, after, closes) => {
  expect(isClosed(shapesOf(`Error: boom\n${after}`), 0)).toBe(closes);
});

it("takes a bare exit for the agent's where one name stands before each line", () => {
  expect(isClosed(shapesOf('[slot 2] begun\n[slot 2] Error: boom\n[slot 2] exit status 1'), 1)).toBe(true);
  expect(isClosed(shapesOf('begun\n[slot 2] Error: boom\n[slot 2] exit status 1'), 1)).toBe(false);
});

it.each([
  ['Finished: FAILURE', true],
  ['##[error]The operation was canceled.', false],
  ['The operation was canceled after 30 minutes.', true],
  ['Process completed with exit code 0.', false],
  ['Finished: SUCCESS', false],
])('%s: a runner closes a failed job, %s', (body, closes) => {
  expect(closesJob({ body })).toBe(closes);
});

it('looks at few lines', () => {
  const far = `Error: boom\n${'more\n'.repeat(40)}[fleet] task 12 exit=3`;
  expect(isClosed(shapesOf(far), 0)).toBe(false);
});

it("takes the time of a tool's command for no end of the run", () => {
  const text = '$ time ./deploy.sh\n\nError: boom\n\nreal\t0m3.2s\nuser\t0m0.1s\nsys\t0m0.0s';
  expect(isClosed(shapesOf(text), 2)).toBe(false);
});

it.each([
  [
    'below its own clearing up',
    'Cleaning up project directory and file based variables\nERROR: Job failed: exit code 1',
    true,
  ],
  ['below prose', 'The job is over now.\nERROR: Job failed: exit code 1', false],
  ['that went well', 'Cleaning up project directory and file based variables\nJob succeeded', false],
])("a runner's verdict %s", (_where, text, expected) => {
  expect(isRunnersVerdict(shapesOf(text), 1)).toBe(expected);
});
