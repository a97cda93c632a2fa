import { describe, expect, it } from 'vitest';
import type { SampledProcess } from '../../../src/tap/process/tree-sample.ts';
import { createTreeWatch } from '../../../src/tap/process/tree-watch.ts';

const T0 = Date.UTC(2026, 10, 28, 12);
const LOOK = 2_000;

const one = (pid: number, startedMs: number, over: Partial<SampledProcess> = {}): SampledProcess => ({
  pid,
  start: `${startedMs}`,
  startedMs,
  cpuMs: 0,
  isRunnable: false,
  ...over,
});
const agent = one(1, T0);
const server = one(2, T0 + 100);

/** A watch that has seen the agent and its tool server start, and the model answer after ten seconds. */
function answered() {
  const watch = createTreeWatch(LOOK);
  let atMs = T0;
  const look = (processes: readonly SampledProcess[], times = 1) => {
    for (let time = 0; time < times; time += 1) {
      atMs += LOOK;
      watch.take(processes, atMs);
    }
    return watch.report(atMs);
  };
  look([agent, server], 5);
  watch.answered(atMs - 1_000);
  return { watch, look, now: () => atMs };
}

describe('a process tree', () => {
  it('is not known before the first look', () => {
    expect(createTreeWatch(LOOK).report(T0)).toBeUndefined();
  });

  it('is idle while the agent and its servants wait, and says for how long', () => {
    const { look } = answered();
    expect(look([agent, server], 10)).toEqual({
      processes: 2,
      newest_started_at: '2026-11-28T12:00:00.100Z',
      cpu_ms: 0,
      tools: 0,
      idle_ms: 14 * LOOK,
    });
  });

  it('is at work while a tool that the model has started lives, and idle from its end on', () => {
    const { look, now } = answered();
    const tool = one(3, now() + 50);
    expect(look([agent, server, tool], 3)).toMatchObject({ tools: 1, idle_ms: 0 });
    expect(look([agent, server, tool], 40)).toMatchObject({ tools: 1, idle_ms: 0 });
    expect(look([agent, server], 4)).toMatchObject({ tools: 0, idle_ms: 4 * LOOK });
  });

  it('takes a tool for a tool that was seen before its announcement was read', () => {
    const watch = createTreeWatch(LOOK);
    const tool = one(3, T0 + 1_700);
    watch.take([agent, server, tool], T0 + LOOK);
    watch.answered(T0 + 1_500);
    watch.take([agent, server, tool], T0 + 2 * LOOK);
    watch.take([agent, server, tool], T0 + 3 * LOOK);
    expect(watch.report(T0 + 3 * LOOK)).toMatchObject({ tools: 1, idle_ms: 0 });
  });

  it('takes an agent behind a launcher for the agent, however soon it speaks, and the next one for a tool', () => {
    const watch = createTreeWatch(LOOK, () => false);
    const client = one(3, T0 + 100, { isAgent: true });
    watch.answered(T0 - 700, T0 + 300);
    for (let look = 1; look <= 10; look += 1) watch.take([agent, client], T0 + look * LOOK);
    expect(watch.report(T0 + 10 * LOOK)).toMatchObject({ tools: 0, idle_ms: 9 * LOOK });
    const next = one(4, T0 + 400, { isAgent: true });
    for (let look = 11; look <= 13; look += 1) watch.take([agent, next], T0 + look * LOOK);
    expect(watch.report(T0 + 13 * LOOK)).toMatchObject({ tools: 1, idle_ms: 0 });
  });

  it('goes by when it saw a process first where the system does not tell its start', () => {
    const { look } = answered();
    const { startedMs: _, ...unknown } = one(3, T0);
    expect(look([agent, server, unknown], 3)).toMatchObject({ tools: 1, idle_ms: 0 });
  });

  it('counts time in which it was not looked at as work, however idle it is before and after', () => {
    const { watch, look, now } = answered();
    const idle = look([agent, server])?.idle_ms ?? 0;
    const soonMs = now() + 5 * LOOK;
    watch.take([agent, server], soonMs);
    expect(watch.report(soonMs)?.idle_ms).toBe(idle + 5 * LOOK);
    const lateMs = soonMs + 5 * LOOK + 1;
    watch.take([agent, server], lateMs);
    expect(watch.report(lateMs)?.idle_ms).toBe(0);
  });

  it('counts from anew where the clock was set back', () => {
    const { watch, now } = answered();
    watch.take([agent, server], now() - 60_000);
    expect(watch.report(now() - 60_000)?.idle_ms).toBe(0);
  });

  it('is at work while a process is ready to run and gets no processor', () => {
    const { look } = answered();
    expect(look([{ ...agent, isRunnable: true }, server], 3)?.idle_ms).toBe(0);
    expect(look([agent, server], 2)?.idle_ms).toBe(2 * LOOK);
  });

  it('is at work while a process is stopped, from the first look on: what does not run cannot speak', () => {
    const { look } = answered();
    expect(look([agent, { ...server, isStopped: true }])?.idle_ms).toBe(0);
    expect(look([{ ...agent, isStopped: true }, server], 300)?.idle_ms).toBe(0);
    expect(look([agent, server], 2)?.idle_ms).toBe(2 * LOOK);
  });

  it('takes what is started before the first answer for a servant, however late it is seen', () => {
    const { look, now } = answered();
    expect(look([agent, server, one(3, now() - 5_000)], 3)).toMatchObject({ tools: 0 });
  });

  describe('beside plain text, which may be printed when all is done', () => {
    /** @returns a watch of an agent whose words have not come yet, or came after twenty seconds */
    const silent = (processes: readonly SampledProcess[], hasSpoken = false) => {
      const watch = createTreeWatch(LOOK, () => false);
      for (let at = 0; at <= 10; at += 1) watch.take(processes, T0 + at * LOOK);
      if (hasSpoken) watch.answered(T0 + 10 * LOOK - 1_000);
      for (let at = 11; at <= 40; at += 1) watch.take(processes, T0 + at * LOOK);
      return watch.report(T0 + 40 * LOOK);
    };
    const tool = one(3, T0 + 3_000);

    it.each([false, true])(
      'is at work for a tool that was started before the first words, which have come: %s',
      (spoke) => {
        expect(silent([agent, server, tool], spoke)).toMatchObject({ tools: 1, idle_ms: 0 });
      },
    );

    it.each([false, true])('is idle beside what was started with the agent, words have come: %s', (spoke) => {
      const late = one(2, T0 + LOOK);
      expect(silent([agent, late], spoke)).toMatchObject({ tools: 0, idle_ms: 40 * LOOK });
    });

    it("is idle beside a server of the agent's own program, however late that was started, and not beside what it runs", () => {
      const hub = one(4, T0 + 17_000, { isOwnServer: true });
      expect(silent([agent, hub])).toMatchObject({ tools: 0, idle_ms: 40 * LOOK });
      expect(silent([agent, hub, tool])).toMatchObject({ tools: 1, idle_ms: 0 });
    });

    it('is at work for such a server that was started after the first words', () => {
      expect(silent([agent, one(4, T0 + 19_500, { isOwnServer: true })], true)).toMatchObject({ tools: 1, idle_ms: 0 });
    });

    it('is idle where the agent itself was started late, behind a wrapper or once more', () => {
      const again = one(4, T0 + 30_000, { isAgent: true });
      expect(silent([agent, again])).toMatchObject({ tools: 0, idle_ms: 40 * LOOK });
    });

    describe('with its only agent below a shell', () => {
      const late = one(4, T0 + 30_000, { under: 4, isAgent: true });
      const relay = one(5, T0 + 30_000, { passesOn: true });
      const below = (startedMs: number) => one(6, startedMs, { under: 4 });
      const looked = (processes: readonly SampledProcess[], before?: readonly SampledProcess[]) => {
        const watch = createTreeWatch(LOOK, () => false);
        watch.take([agent], T0);
        watch.answered(T0 + 9_000, T0 + 10_000);
        for (let at = 1; at <= 20; at += 1) watch.take(before && at > 15 ? before : [agent], T0 + at * LOOK);
        for (let at = 21; at <= 40; at += 1) watch.take(processes, T0 + at * LOOK);
        return watch.report(T0 + 40 * LOOK);
      };

      it.each([
        ['the agent and what passes its words on, behind words of the shell', [agent, late, relay]],
        ['what the agent has started with itself', [agent, late, below(T0 + 31_000)]],
      ])('is idle beside %s', (_what, processes) => {
        expect(looked(processes)).toMatchObject({ tools: 0, idle_ms: 40 * LOOK });
      });

      it.each([
        ['what the agent has started later', [agent, late, below(T0 + 33_000)], undefined],
        ['what has passed its words on to their end', [agent, one(5, T0 + 30_000)], [agent, late, relay]],
      ])('is at work for %s', (_what, processes, before) => {
        expect(looked(processes, before)).toMatchObject({ tools: 1, idle_ms: 0 });
      });
    });

    it('takes what is started after the words for a tool all the same, however soon after the start', () => {
      const watch = createTreeWatch(LOOK, () => false);
      watch.take([agent], T0);
      watch.answered(T0 + 500);
      for (let at = 1; at <= 4; at += 1) watch.take([agent, one(3, T0 + 800)], T0 + at * LOOK);
      expect(watch.report(T0 + 4 * LOOK)).toMatchObject({ tools: 1, idle_ms: 0 });
    });
  });

  it('is not at work for what comes and goes between two looks', () => {
    const { look, now } = answered();
    const idle = look([agent, server, one(10, now() + 1)])?.idle_ms ?? 0;
    expect(look([agent, server, one(11, now() + 1)])?.idle_ms).toBe(idle + LOOK);
  });

  it('is at work while one short command follows the other, as in a loop that waits', () => {
    const { look, now } = answered();
    for (let pid = 10; pid < 40; pid += 1) look([agent, server, one(pid, now() + 500)]);
    expect(look([agent, server, one(40, now() + 500)])?.idle_ms).toBe(0);
    expect(look([agent, server])?.idle_ms).toBe(LOOK);
  });

  describe('with a process that lives on after the tool that started it', () => {
    const HOUR_LOOKS = 1_800;
    const sleeping = (pid: number, startedMs: number) => (cpuMs: number) => one(pid, startedMs, { cpuMs });

    it('is at work for two hours, and idle from then on', () => {
      const { look, now } = answered();
      const left = sleeping(3, now() + 50);
      expect(look([agent, server, left(400)], 2 * HOUR_LOOKS)).toMatchObject({ tools: 1, idle_ms: 0 });
      expect(look([agent, server, left(1_400)], 100)).toMatchObject({ tools: 0, idle_ms: 100 * LOOK });
    });

    it('is at work for as long as that uses a hundredth of the processor', () => {
      const { look, now } = answered();
      const polls = sleeping(3, now() + 50);
      for (let hour = 0; hour < 6; hour += 1) look([agent, server, polls(hour * 40_000)], HOUR_LOOKS);
      expect(look([agent, server, polls(6 * 40_000)])).toMatchObject({ tools: 1, idle_ms: 0 });
    });

    it('is at work again when that is', () => {
      const { look, now } = answered();
      const left = sleeping(3, now() + 50);
      look([agent, server, left(0)], 2 * HOUR_LOOKS + 10);
      expect(look([agent, server, left(72_000)], 3)).toMatchObject({ tools: 1, idle_ms: 0 });
    });

    it('is at work while that has a call open, as a tool server that was started late', () => {
      const { look, now } = answered();
      const late = one(3, now() + 50, { pipes: { read: 100, written: 100 } });
      look([agent, server, late], 2 * HOUR_LOOKS + 10);
      const called = { ...late, pipes: { read: 180, written: 100 } };
      expect(look([agent, server, called], 30)).toMatchObject({ tools: 0, idle_ms: 0 });
    });

    it('counts no time in which it was not looked at', () => {
      const { watch, look, now } = answered();
      const left = sleeping(3, now() + 50);
      look([agent, server, left(0)], 2 * HOUR_LOOKS - 10);
      const lateMs = now() + 60_000;
      watch.take([agent, server, left(0)], lateMs);
      for (let at = 1; at <= 20; at += 1) watch.take([agent, server, left(0)], lateMs + at * LOOK);
      expect(watch.report(lateMs + 20 * LOOK)).toMatchObject({ tools: 1, idle_ms: 0 });
    });
  });

  it('knows a pid that is used again for another process', () => {
    const { look, now } = answered();
    expect(look([agent, one(2, now() + 10)], 3)).toMatchObject({ tools: 1 });
  });

  it('is at work while the processor is, for three looks in a row', () => {
    const { look } = answered();
    let cpuMs = 0;
    const busy = () => {
      cpuMs += 0.2 * LOOK;
      return look([{ ...agent, cpuMs }, server]);
    };
    const before = busy()?.idle_ms ?? 0;
    expect(busy()?.idle_ms).toBe(before + LOOK);
    expect(busy()?.idle_ms).toBe(0);
    cpuMs += 0.02 * LOOK;
    expect(look([{ ...agent, cpuMs }, server])?.idle_ms).toBe(LOOK);
  });

  it('is at work while a tool server has a call open: it has read, and not written since', () => {
    const { look } = answered();
    const reads = (read: number, written: number) => look([agent, { ...server, pipes: { read, written } }]);
    reads(100, 100);
    expect(reads(180, 100)).toMatchObject({ tools: 0, idle_ms: 0 });
    expect(reads(180, 100)).toMatchObject({ idle_ms: 0 });
    reads(180, 150);
    expect(reads(180, 150)?.idle_ms).toBe(2 * LOOK);
  });

  it('is idle beside a tool server that was last told what it need not answer, and at work once it is called', () => {
    const { look } = answered();
    const reads = (read: number, written: number, times = 1) =>
      look([agent, { ...server, pipes: { read, written } }], times);
    reads(100, 100);
    const idle = reads(154, 100)?.idle_ms ?? 0;
    expect(reads(154, 100, 20)?.idle_ms).toBe(idle + 20 * LOOK);
    expect(reads(154 + 68, 100)?.idle_ms).toBe(0);
    reads(154 + 68, 150);
    expect(reads(154 + 68 + 54, 150, 3)?.idle_ms).toBe(4 * LOOK);
  });

  it('does not believe for ever in a call that was never answered', () => {
    const { look } = answered();
    const waiting = [agent, { ...server, pipes: { read: 180, written: 100 } }];
    look([agent, { ...server, pipes: { read: 100, written: 100 } }]);
    expect(look(waiting, 900)?.idle_ms).toBe(0);
    expect(look(waiting, 30)?.idle_ms).toBeGreaterThan(0);
  });
});

describe('who else may have printed on a stream', () => {
  const alone = one(1, T0, { ended: 0 });
  const held = (over: Partial<SampledProcess> = {}) =>
    one(2, T0 + 100, { prints: ['stderr'], written: 40, cpuMs: 20, ended: 0, ...over });

  it.each<[string, Partial<SampledProcess>, number]>([
    ['nobody since it was met, where all that has the stream has not written since', {}, LOOK],
    ['what has written since', { written: 41 }, 3 * LOOK],
    ['what has worked since', { cpuMs: 30 }, 3 * LOOK],
    ['what does not show whether it has written', { written: undefined as never }, 3 * LOOK],
  ])('is %s', (_what, over, sinceMs) => {
    const watch = createTreeWatch(LOOK);
    watch.take([alone, held()], T0 + LOOK);
    watch.take([alone, held()], T0 + 2 * LOOK);
    watch.glance([alone, held(over)], T0 + 3 * LOOK);
    expect(watch.othersMs('stderr')).toBe(T0 + sinceMs);
    expect(watch.othersMs('stdout')).toBe(Number.NEGATIVE_INFINITY);
  });

  it('is nobody that the agent can have heard, of what its shell had done before it, or passes its words on', () => {
    const watch = createTreeWatch(LOOK, () => false);
    watch.take([one(1, T0, { ended: 0 })], T0 + LOOK);
    const shell = one(1, T0, { ended: 500 });
    const found = one(4, T0 + 29_000, { under: 4, isAgent: true, ended: 0 });
    const relay = one(5, T0 + 29_000, { passesOn: true, ended: 0 });
    watch.take([shell], T0 + 14 * LOOK);
    expect(watch.othersMs('stdout')).toBe(Number.POSITIVE_INFINITY);
    watch.take([shell, found, relay], T0 + 15 * LOOK);
    expect(watch.othersMs('stdout')).toBe(T0 + 15 * LOOK - 1_000);
    const child = one(6, T0 + 39_000, { isDownstream: true, ended: 0 });
    watch.glance([shell, found, { ...relay, ended: 500 }, child], T0 + 20 * LOOK);
    expect(watch.othersMs('stdout')).toBe(T0 + 15 * LOOK - 1_000);
    watch.glance([shell, { ...found, ended: 500 }, relay], T0 + 21 * LOOK);
    expect(watch.othersMs('stdout')).toBe(Number.POSITIVE_INFINITY);
  });

  it('is nobody that is gone, once the shell has become the agent, which then starts children of its own', () => {
    const watch = createTreeWatch(LOOK, () => false);
    const shell = (over: Partial<SampledProcess>) => one(1, T0, { ended: 0, ...over });
    watch.take([shell({}), held()], T0 + LOOK);
    watch.take([shell({ ended: 500 })], T0 + 14 * LOOK);
    expect(watch.othersMs('stderr')).toBe(Number.POSITIVE_INFINITY);
    watch.take([shell({ ended: 900, isNamed: true })], T0 + 15 * LOOK);
    expect(watch.othersMs('stderr')).toBe(T0 + 15 * LOOK - 1_000);
    watch.take([shell({ ended: 950, isNamed: true })], T0 + 16 * LOOK);
    expect(watch.othersMs('stderr')).toBe(T0 + 16 * LOOK);
    watch.take([shell({ ended: 990, isNamed: true })], T0 + 18 * LOOK);
    expect(watch.othersMs('stderr')).toBe(Number.POSITIVE_INFINITY);
  });

  it('is what came since the last look', () => {
    const watch = createTreeWatch(LOOK, () => false);
    watch.take([alone], T0 + LOOK);
    watch.glance([alone, held()], T0 + LOOK + 500);
    expect(watch.othersMs('stderr')).toBe(T0 + LOOK + 500);
  });
});
