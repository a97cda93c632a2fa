import { expect, test } from 'vitest';
import { addToAccount, type Decided, EMPTY_ACCOUNT } from '../../src/contracts/account.ts';
import { type KnownDrops, type LookAtDrops, seeDrops, TOLD_WITHIN_MS } from '../../src/contracts/lost-in-hand.ts';
import type { SeenGap } from '../../src/contracts/stream-gap.ts';

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

test.each([400, 800])(
  'what a dead worker held is found also where two others decide %i messages a second in turns',
  (rate) => {
    const perRound = rate * 10;
    const atMs = (round: number) => round * 10_000;
    const told = (round: number, worker: number): Decided[] =>
      Array.from({ length: perRound / 2 }, (_, at) => round * perRound + 2 * at + worker + 1)
        // Of the third round's messages the dead worker held the first hundred.
        .filter((seq) => round !== 3 || seq > 3 * perRound + 100)
        .map((seq) => ({ seqs: [seq, seq], bytes: 1, atMs: atMs(round) }));
    let account = EMPTY_ACCOUNT;
    for (let round = 0; round < 9; round += 1) {
      const end = (round + 1) * perRound;
      // What the dead one held has been dropped when the consumer gives it up.
      const settledSeq = round === 3 ? 3 * perRound : end;
      const now = { deliveredSeq: end, deliveries: end, firstSeq: end - perRound / 2 };
      const look: SeenGap = { now, settledSeq, atMs: atMs(round) };
      for (const worker of [0, 1]) account = addToAccount(account, { decided: told(round, worker), gaps: [look] });
    }
    expect(account).toMatchObject({ messages: 9 * perRound - 100, missed: 100 });
    expect(account.untold).toBeUndefined();
  },
);
