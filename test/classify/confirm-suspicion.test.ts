import { describe, expect, it } from 'vitest';
import { ALONE_MS, confirmSuspicion, isFresh, type Known, QUOTABLE_MS } from '../../src/classify/confirm-suspicion.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A line of text that is all the run has said, an hour ago, beside a tree that has been idle since. */
const ALONE: Known = {
  ageMs: 60 * MINUTE,
  isText: true,
  before: 'alone',
  after: 'nothing',
  quietMs: 5 * MINUTE,
  tree: { tools: 0, idleMs: 60 * MINUTE, seenAgoMs: SECOND },
};
/** `undefined` stands for what is not known. */
type Changes = { [K in keyof Known]?: Known[K] | undefined };
const known = (changes: Changes) => ({ ...ALONE, ...changes }) as Known;
const idle = (idleMs: number, seenAgoMs = 0) => ({ tools: 0, idleMs, seenAgoMs });

describe('a suspicion is confirmed', () => {
  it.each<[string, Changes]>([
    ['by an idle tree, after 40 s where the line stands alone', { ageMs: ALONE_MS, tree: idle(ALONE_MS) }],
    ['sooner where the rule wants less', { ageMs: 20 * SECOND, tree: idle(20 * SECOND), quietMs: 20 * SECOND }],
    [
      'after nine minutes where it may be a quotation',
      { before: 'others', ageMs: QUOTABLE_MS, tree: idle(QUOTABLE_MS) },
    ],
    ['by an exit that is not 0', { exit: { code: 1 } }],
    ['by a signal', { exit: { code: null } }],
    ['by silence alone where it is a typed event', { isText: false, ageMs: 5 * MINUTE, tree: undefined }],
    [
      'by its time alone, or any exit, where it is a typed event of a run that is being ended',
      {
        isCertain: true,
        isText: false,
        after: 'speech',
        quietMs: 5 * SECOND,
        tree: { tools: 1, idleMs: 0, seenAgoMs: 0 },
      },
    ],
    ['by an exit with 0 where it is one', { isCertain: true, isText: false, ageMs: 0, exit: { code: 0 } }],
    [
      'by nine idle minutes where its shell may go on',
      { isText: false, mayGoOn: 'commands', ageMs: QUOTABLE_MS, tree: idle(QUOTABLE_MS) },
    ],
    [
      'by an idle tree, after the stall limit, where a session may wait for its next prompt',
      { isText: false, mayGoOn: 'turns', ageMs: 12 * MINUTE, tree: idle(12 * MINUTE), stallMs: 12 * MINUTE },
    ],
    ['by the stall limit where no host sees the tree', { tree: undefined, stallMs: 60 * MINUTE }],
  ])('%s', (_what, changes) => {
    expect(confirmSuspicion(known(changes))).toEqual({ is: 'confirmed' });
  });
});

describe('a suspicion stays open', () => {
  it.each<[string, Changes]>([
    ['while a tool is at work', { tree: { tools: 1, idleMs: 0, seenAgoMs: 0 } }],
    ['for its exit where what stood around the line is gone', { after: 'unknown' }],
    ['a moment before its time', { ageMs: ALONE_MS, tree: idle(ALONE_MS - 1) }],
    ['when the tree was idle long before the line, and was seen only once since', { ageMs: ALONE_MS - 1 }],
    ['when the tree has not been seen since the line', { ageMs: 30 * SECOND, tree: idle(60 * MINUTE, 30 * SECOND) }],
    ['when the tree was seen long ago, however idle it was', { tree: idle(60 * MINUTE, 46 * SECOND) }],
    [
      'when it was seen last before the time was up',
      { ageMs: ALONE_MS + 30 * SECOND, tree: idle(60 * MINUTE, 31 * SECOND) },
    ],
    ['of a typed event, when its tree was not seen lately', { isText: false, tree: idle(0, 50 * SECOND) }],
    ['of a run that is being ended, before its time', { isCertain: true, isText: false, ageMs: 1, quietMs: 5 }],
    ['when no host sees the tree and nothing limits silence', { tree: undefined }],
    ['where a session may wait for its next prompt, and nothing limits silence', { isText: false, mayGoOn: 'turns' }],
    [
      'of such a session until the stall limit',
      { isText: false, mayGoOn: 'turns', ageMs: 12 * MINUTE - 1, tree: idle(12 * MINUTE - 1), stallMs: 12 * MINUTE },
    ],
    ['where its shell has gone on, however idle the tree is', { after: 'shell', mayGoOn: 'commands' }],
    ['when only the exit can confirm it', { quietMs: undefined }],
  ])('%s', (_what, changes) => {
    expect(confirmSuspicion(known(changes))).toMatchObject({ is: 'open' });
  });

  it('and is looked at again when its time may be up', () => {
    const early = known({ ageMs: 30 * SECOND, tree: idle(25 * SECOND) });
    expect(confirmSuspicion(early)).toEqual({ is: 'open', forMs: ALONE_MS - 25 * SECOND });
  });
});

describe('a suspicion is dropped', () => {
  it.each(['speech', 'quoted'] as const)('on %s, whatever else is known', (after) => {
    expect(confirmSuspicion({ ...ALONE, after, exit: { code: 1 } })).toEqual({ is: 'dropped' });
  });

  it('by an exit with 0 where its shell has gone on behind it, and confirmed by a bad one', () => {
    const typed = { ...ALONE, isText: false, mayGoOn: 'commands', after: 'shell' } as const;
    expect(confirmSuspicion({ ...typed, exit: { code: 0 } })).toEqual({ is: 'dropped' });
    expect(confirmSuspicion({ ...typed, exit: { code: 1 } })).toEqual({ is: 'confirmed' });
  });

  it('and recorded where the run exits with 0', () => {
    expect(confirmSuspicion({ ...ALONE, exit: { code: 0 } })).toEqual({ is: 'recorded' });
  });
});

it("believes a host's word on a tree for 45 s", () => {
  expect([isFresh(idle(0, 45 * SECOND)), isFresh(idle(0, 45 * SECOND + 1))]).toEqual([true, false]);
});
