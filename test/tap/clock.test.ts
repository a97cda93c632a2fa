import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/tap/clock.ts';
import { systemTreeSampler } from '../../src/tap/process/tree-sample.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Sets the machine's clock, as far as this process can see. */
function setClock(byMs: number): void {
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + byMs);
}

describe.each([
  ['back by an hour', -3_600_000],
  ['back by five minutes', -300_000],
  ['ahead by an hour', 3_600_000],
])("when the machine's clock is set %s", (_, byMs) => {
  it('the tap reckons on as if nobody had, and tells the new time', () => {
    const [beforeMs, wallMs] = [systemClock.now(), systemClock.wall()];
    setClock(byMs);
    const passedMs = systemClock.now() - beforeMs;
    expect(passedMs).toBeGreaterThanOrEqual(0);
    expect(passedMs).toBeLessThan(60_000);
    expect(Math.abs(systemClock.wall() - wallMs - byMs)).toBeLessThan(60_000);
  });

  it.runIf(process.platform === 'linux')('a process was started when it was', () => {
    const { sample } = systemTreeSampler();
    const [before] = sample(process.pid);
    setClock(byMs);
    const [after] = sample(process.pid);
    expect(after?.startedMs).toBe(before?.startedMs);
    expect(after?.startedMs).toBeLessThanOrEqual(systemClock.now());
  });
});
