import { describe, expect, it } from 'vitest';
import { createReadTimes } from '../../../src/tap/output/read-times.ts';
import { createTapClock } from '../../support/tap-clock.ts';

function setUp() {
  const clock = createTapClock(0);
  const times = createReadTimes(clock);
  times.start();
  return { clock, times };
}

describe('what is read from an agent was printed', () => {
  it('after the last timer but one, since all that could be read was read between the two', () => {
    const { clock, times } = setUp();
    clock.advance(10_100);
    times.read('stdout');
    expect(times.taken('stdout')).toBe(9_750);
  });

  it('at the earliest when its first bytes were, however long its line grew', () => {
    const { clock, times } = setUp();
    clock.advance(1_000);
    times.read('stdout');
    clock.advance(5_000);
    times.read('stdout');
    times.read('stderr');
    expect([times.taken('stdout'), times.taken('stderr')]).toEqual([750, 5_750]);
  });

  it('long before, where this process was held up', () => {
    const clock = createTapClock(0);
    let heldUpMs = 0;
    const times = createReadTimes({ ...clock, now: () => clock.now() + heldUpMs });
    times.start();
    clock.advance(1_000);
    heldUpMs = 30_000;
    clock.advance(250);
    times.read('stdout');
    expect(times.taken('stdout')).toBe(1_000);
  });

  it('and leaves no timer behind', () => {
    const { clock, times } = setUp();
    times.stop();
    expect(clock.pending).toBe(0);
  });
});
