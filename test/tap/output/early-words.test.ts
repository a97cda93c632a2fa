import { describe, expect, it } from 'vitest';
import { afterOneReading, createEarlyWords } from '../../../src/tap/output/early-words.ts';
import type { Sight } from '../../../src/tap/process/agent-arrival.ts';

/** Output of a shell's line, whose process tree shows what the test says. */
function setUp() {
  const tree: { sight: Sight; looks: number } = { sight: 'none', looks: 0 };
  let settle = () => {};
  const early = createEarlyWords({
    look: () => {
      tree.looks += 1;
      early.saw(tree.sight);
    },
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

  it('is not early behind that, also when the agent is gone', () => {
    const { say, tree, early, settle } = setUp();
    early.saw('there');
    settle();
    tree.sight = 'none';
    expect([say(), early.isOpen, tree.looks]).toEqual([undefined, false, 0]);
  });

  it('is possibly early where one line, or one chunk, holds what was read before and behind', () => {
    const { early, settle, say } = setUp();
    early.read('stdout', false);
    expect(early.taken('stdout')).toBe('certain');
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
