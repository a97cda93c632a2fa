import { expect, test } from 'vitest';
import { type KnownDrops, type LookAtDrops, seeDrops, TOLD_WITHIN_MS } from '../../src/contracts/lost-in-hand.ts';

const look = (firstSeq: number, settledSeq: number, atMs = 0): LookAtDrops => ({ firstSeq, settledSeq, atMs });
const known = (more: Partial<KnownDrops>): KnownDrops => ({ decided: [], passed: 0, passedTo: 0, ...more });
/** What is lost, over some looks one after another. */
function lostBy(looks: readonly LookAtDrops[], first: Partial<KnownDrops>) {
  let now = known(first);
  return looks.map((one) => {
    const { lost, ...next } = seeDrops(now, one);
    now = next;
    return lost;
  });
}
const [SOON, LATER, AGAIN] = [TOLD_WITHIN_MS - 1, TOLD_WITHIN_MS, 2 * TOLD_WITHIN_MS];

test.each<[string, Partial<KnownDrops>, readonly LookAtDrops[], readonly number[]]>([
  [
    'what was dropped and settled without a word counts, some time later and once',
    {
      settledTo: 10,
      decided: [
        [1, 10],
        [16, 30],
      ],
    },
    [look(21, 30), look(21, 30, SOON), look(21, 30, LATER), look(21, 30, AGAIN)],
    [0, 0, 5, 0],
  ],
  [
    'what the consumer had settled while the stream held it was decided, also where nobody told of it',
    { settledTo: 10, decided: [[1, 10]] },
    [look(1, 30), look(25, 30), look(25, 30, LATER)],
    [0, 0, 0],
  ],
  [
    'what a worker still has in hand is waited for',
    {
      settledTo: 10,
      decided: [
        [1, 10],
        [16, 30],
      ],
    },
    [look(21, 12), look(21, 12, LATER), look(21, 30, LATER + 1), look(21, 30, AGAIN + 1)],
    [0, 2, 0, 3],
  ],
  [
    'what was never delivered is counted already',
    {
      settledTo: 10,
      decided: [
        [1, 10],
        [26, 30],
      ],
      passed: 9,
      passedTo: 30,
    },
    [look(26, 30), look(26, 30, LATER)],
    [0, 6],
  ],
  [
    'what was never delivered is taken for any, and what that hides counts later',
    { settledTo: 0, decided: [], passed: 20, passedTo: 40 },
    [look(41, 15), look(41, 40, LATER), look(41, 40, AGAIN)],
    [0, 0, 20],
  ],
  [
    'more never delivered ones than can be are none',
    {
      settledTo: 10,
      decided: [
        [1, 10],
        [21, 40],
      ],
      passed: 500,
      passedTo: 10,
    },
    [look(21, 30), look(21, 30, LATER), look(61, 70, LATER), look(61, 70, AGAIN)],
    [0, 0, 0, 20],
  ],
  ['the first look of all tells of nothing before', {}, [look(500, 600), look(500, 600, LATER)], [0, 0]],
])('%s', (_, first, looks, lost) => {
  expect(lostBy(looks, first)).toEqual(lost);
});
