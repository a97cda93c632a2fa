import { expect, it } from 'vitest';
import { endsHeld, isHeld } from '../../../src/decode/text/held-blocks.ts';
import { shapesOf } from './shapes.ts';

it.each([
  ['below an observation', '🤖 INFO     OBSERVATION\nErrors\n\nError: 401', 3, true],
  ['a level in a log that is shown', '🤖 INFO     OBSERVATION\nERROR 2026-11-01 10:00:00 auth: no\nFATAL x', 1, true],
  ['below an action', '🤖 INFO     🎬 ACTION (node-2)\ncat a.log', 1, true],
  ['without a picture', 'INFO     💭 THOUGHT (primary)\nError: 401', 1, true],
  ['behind a time', '[12:04:11] 🤖 INFO     OBSERVATION\n2026-06-18 11:41:12 WARN x\n\nError: 401', 3, true],
  ['in a file of the log', '2025-02-01 12:04:11,123 - swea - 🤖 INFO - OBSERVATION\n\nError: 401', 2, true],
  ['with colours', '\u001b[1m🤖 INFO\u001b[0m     OBSERVATION\n\nError: 401', 2, true],
  ['of OpenHands', '14:02:51 - OBSERVATION\n**CmdOutputObservation(…)**\n\nError: 401', 3, true],
  ['the next line of its log', '🤖 INFO     OBSERVATION\nErrors\n🤖 ERROR    Exiting due to x', 2, false],
  ['behind the next line of its log', '🤖 INFO     OBSERVATION\nErrors\n🤖 INFO     x\nError: 401', 3, false],
  ['the next line of OpenHands', '14:02:51 - OBSERVATION\n\n14:02:52 - openhands:ERROR: x', 2, false],
  ['its own end', '14:02:51 - OBSERVATION\nAgentStateChangedObservation(content=…)', 1, false],
  [
    'what it does itself on its way out',
    'INFO     💭 THOUGHT\nExit due to cost\nINFO     🎬 ACTION\nexit_cost',
    1,
    false,
  ],
  ['a heading alone', '🤖 INFO     OBSERVATION', 0, false],
  ['another line of its log', '🤖 INFO     STEP 3\nError: 401', 1, false],
])('%s', (_, text, at, held) => {
  expect(isHeld(shapesOf(text), at)).toBe(held);
});

it('knows the line of the log that ends a block', () => {
  const shapes = shapesOf('🤖 INFO     OBSERVATION\nERROR 2026-11-01 10:00:00 x\n🤖 ERROR    Exiting due to x');
  expect([1, 2].map((at) => endsHeld(shapes, at))).toEqual([false, true]);
  expect(endsHeld(shapesOf('🤖 ERROR    Exiting due to x'), 0)).toBe(false);
});
