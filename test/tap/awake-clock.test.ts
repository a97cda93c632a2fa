import { afterEach, describe, expect, it } from 'vitest';
import { type AwakeClock, createAwakeClock } from '../../src/tap/awake-clock.ts';
import { createTapClock } from '../support/tap-clock.ts';

let clock: AwakeClock | undefined;
afterEach(() => clock?.stop());

describe('a clock that stands still while its process does not run', () => {
  it('goes with the time while it is awake, however long nobody asks', () => {
    const time = createTapClock(0);
    clock = createAwakeClock(time);
    time.advance(3_600_000);
    expect(clock.now()).toBe(3_600_000);
  });

  it.each([
    ['leaves out a night', 8 * 3_600_000, 0],
    ['leaves out a stopped job', 60_000, 0],
    ['counts the seconds in which the machine was busy', 5_000, 5_000],
  ])('%s', (_, gapMs, countedMs) => {
    const time = createTapClock(0);
    let jumpedMs = 0;
    clock = createAwakeClock({ now: () => time.now() + jumpedMs, after: time.after });
    time.advance(20_000);
    jumpedMs = gapMs;
    expect(clock.now()).toBe(20_000 + countedMs);
    time.advance(20_000);
    expect(clock.now()).toBe(40_000 + countedMs);
  });

  it('leaves no timer behind', () => {
    const time = createTapClock(0);
    createAwakeClock(time).stop();
    expect(time.pending).toBe(0);
  });
});
