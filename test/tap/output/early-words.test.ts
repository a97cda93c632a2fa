import { describe, expect, it } from 'vitest';
import { afterOneReading, createEarlyWords, UNSEEN_MS } from '../../../src/tap/output/early-words.ts';
import type { Sight } from '../../../src/tap/process/agent-arrival.ts';

/** Output of a shell's line, whose process tree shows what the test says. */
function setUp(isFirst = false) {
  const tree: { sight: Sight; looks: number; nowMs: number } = { sight: 'none', looks: 0, nowMs: 0 };
  let settle = () => {};
  const early = createEarlyWords({
    look: () => {
      tree.looks += 1;
      early.saw(tree.sight);
    },
    isGone: () => tree.sight === 'none',
    now: () => tree.nowMs,
    isFirst,
    afterReading: (done) => {
      settle = done;
    },
  });
  const say = (stream: 'stdout' | 'stderr' = 'stdout') => {
    early.read(stream, true);
    return early.taken(stream);
  };
  return { tree, early, say, settle: () => settle() };
}

describe('what is read of a command', () => {
  it('is certainly early where the agent is not there after it, or has not written', () => {
    const { say, tree } = setUp();
    expect(say()).toBe('certain');
    tree.sight = 'silent';
    expect(say()).toBe('certain');
  });

  it('is possibly early where the agent has written when it is first seen, until all that waited then has been read', () => {
    const { say, tree, settle } = setUp();
    tree.sight = 'there';
    expect([say(), say('stderr')]).toEqual(['possible', 'possible']);
    settle();
    expect([say(), say('stderr')]).toEqual([undefined, undefined]);
  });

  it('is possibly early while the agent goes, and certainly once it is gone and what waited then has been read', () => {
    const { say, tree, early, settle } = setUp();
    early.saw('there');
    tree.sight = 'there';
    settle();
    expect([say(), early.isOpen(), tree.looks]).toEqual([undefined, false, 0]);
    tree.sight = 'none';
    expect([say(), say('stderr'), tree.looks]).toEqual(['possible', 'possible', 0]);
    settle();
    expect([say(), early.isOpen()]).toEqual(['certain', true]);
    tree.sight = 'there';
    expect(say()).toBe('possible');
    settle();
    expect(say()).toBeUndefined();
  });

  it("is the first agent's own as soon as that is seen, where nobody prints before it, and possibly where it is not", () => {
    const { say, tree, settle } = setUp(true);
    expect(say()).toBe('possible');
    tree.sight = 'there';
    expect(say()).toBeUndefined();
    tree.sight = 'none';
    expect(say()).toBe('possible');
    settle();
    expect(say()).toBe('certain');
  });

  it('is possibly early where the agent has come and gone before it was read', () => {
    const { say, early } = setUp();
    early.saw('silent');
    expect(say()).toBe('possible');
  });

  it('is possibly early where no agent was seen for a minute', () => {
    const { say, tree } = setUp();
    tree.nowMs = UNSEEN_MS - 1;
    expect(say()).toBe('certain');
    tree.nowMs = UNSEEN_MS;
    expect(say()).toBe('possible');
    tree.sight = 'silent';
    expect(say()).toBe('certain');
  });

  it('is possibly early where one line, or one chunk, holds what was read before and behind', () => {
    const { tree, early, settle, say } = setUp();
    early.read('stdout', false);
    expect(early.taken('stdout')).toBe('certain');
    tree.sight = 'there';
    early.saw('there');
    settle();
    early.read('stdout', true);
    expect(early.taken('stdout')).toBe('possible');
    expect(say()).toBeUndefined();
  });

  it('is as early in each of the chunks of one reading', () => {
    const { early } = setUp();
    early.read('stdout', true);
    expect([early.taken('stdout'), early.taken('stdout')]).toEqual(['certain', 'certain']);
  });

  it('is possibly early, without a look, where a step has printed very much', () => {
    const { say, tree } = setUp();
    for (let times = 0; times < 1_000; times += 1) say();
    expect([say(), tree.looks]).toEqual(['possible', 1_000]);
  });
});

it('what a slow reader holds back is waited for', async () => {
  let isHeldBack = true;
  const done = new Promise<boolean>((resolve) =>
    afterOneReading(
      () => isHeldBack,
      () => resolve(isHeldBack),
    ),
  );
  setImmediate(() => {
    isHeldBack = false;
  });
  expect(await done).toBe(false);
});
