import { describe, expect, it } from 'vitest';
import type { StreamName } from '../../src/contracts/run.ts';
import type { SampledProcess } from '../../src/tap/process/tree-sample.ts';
import { createRunLife } from '../../src/tap/publish-run-events.ts';
import { claude } from '../support/claude-lines.ts';
import { createRecordingLink } from '../support/recording-link.ts';
import { createTapClock } from '../support/tap-clock.ts';

const RUN = { agent: 'a', execution: 'e', attempt: 1 };
const T0 = Date.UTC(2026, 10, 28, 12);
const AGENT: SampledProcess = { pid: 1, start: '1', startedMs: T0, cpuMs: 0, isRunnable: false, ended: 0 };

/** A run's life over a tree that the test makes, with looks every two seconds. */
function setUp(processes = [AGENT], runtime?: string) {
  const clock = createTapClock(T0);
  const link = createRecordingLink();
  const tree = { processes };
  const life = createRunLife({
    run: RUN,
    link,
    clock,
    heartbeatMs: 30_000,
    runtime,
    format: undefined,
    subscription: undefined,
    timeoutS: undefined,
    sampler: { sample: () => tree.processes, everyMs: 2_000, endedOf: () => tree.processes[0]?.ended },
  });
  life.started(1, { kind: 'unknown' });
  const say = (text: string, stream: StreamName = 'stdout') => {
    life.read(stream, true);
    return (
      life.heard({ stream, firstLine: 0, lineCount: 1, atMs: clock.now(), payload: Buffer.from(text) }).isAlone === true
    );
  };
  const beats = () => link.events.filter(({ type }) => type === 'heartbeat');
  return { clock, link, tree, life, say, beats };
}

describe('the events of a run', () => {
  it('tell from its start that its process tree is seen', () => {
    expect(setUp().link.events).toMatchObject([{ type: 'started', tree: { processes: 1, tools: 0, idle_ms: 0 } }]);
  });

  it('tell of a silent agent with every second look', () => {
    const { clock, beats, say } = setUp();
    say('Login expired');
    clock.advance(12_200);
    expect(beats()).toHaveLength(3);
  });

  it("tell of a silent agent as ever when the host's clock is set back, and of its start and idleness as long as they were", () => {
    const { clock, beats, say } = setUp();
    say('Login expired');
    clock.advance(4_200);
    clock.setWall(-3_600_000);
    clock.advance(8_000);
    const at = new Date(T0 - 3_600_000 + 12_000).toISOString().slice(0, 19);
    const [{ at: toldAt, ...last } = { at: '' }] = beats().slice(-1);
    expect(beats()).toHaveLength(3);
    expect(toldAt.slice(0, 19)).toBe(at);
    expect(last).toMatchObject({ started: { ago_ms: 12_150 }, tree: { idle_ms: 12_100 } });
  });

  it('do not tell of an idle tree when the agent has spoken since it was looked at', () => {
    const { clock, beats, say, life } = setUp();
    say('Login expired');
    clock.advance(4_000);
    life.read('stdout');
    clock.advance(1_000);
    expect(beats()).toEqual([]);
    clock.advance(2_000);
    expect(beats()).toHaveLength(1);
  });

  it('tell with each heartbeat again what the start told, and how long ago', () => {
    const { clock, link, life } = setUp([AGENT], 'claude-code');
    clock.advance(30_050);
    life.ending();
    const started = { runtime: 'claude-code', credential: { kind: 'unknown' }, pid: 1 };
    const agoMs = link.events.flatMap((event) => {
      if (event.type !== 'heartbeat') return [];
      expect(event.started).toMatchObject(started);
      return [event.started?.ago_ms];
    });
    expect(agoMs).toEqual([4_050, 8_100, 12_150, 16_200, 20_250, 24_300, 28_350, 30_050]);
  });

  it('tell once that the agent was told to end, with the tree as it was seen last', () => {
    const { clock, link, life } = setUp();
    clock.advance(3_000);
    life.ending();
    life.ending();
    const tree = { processes: 1, tools: 0 };
    expect(link.events.filter((event) => 'ending' in event)).toMatchObject([{ type: 'heartbeat', ending: true, tree }]);
  });

  it('tell nothing more once the agent is gone, until they tell of its exit', () => {
    const { clock, beats, tree, say } = setUp();
    say('Login expired');
    clock.advance(8_200);
    tree.processes = [];
    clock.advance(60_000);
    expect(beats()).toHaveLength(2);
  });

  describe('tell that the model has answered', () => {
    const ANSWER = claude.says('On it.');
    const answered = (beats: object[]) => beats.filter((beat) => 'answered' in beat).length;

    it('with the next look at the tree, and from then on', () => {
      const { clock, beats, say } = setUp([AGENT], 'claude-code');
      say(claude.init());
      clock.advance(2_100);
      expect(beats()).toEqual([]);
      say(ANSWER);
      clock.advance(2_100);
      expect(beats()).toMatchObject([{ answered: true, tree: { processes: 1 } }]);
      clock.advance(60_000);
      expect(answered(beats())).toBe(beats().length);
    });

    it.each([
      ['a refusal', 'claude-code', claude.fails('API Error: 401', 401)],
      [
        'the words of a refusal that the client puts into a message of its own',
        'claude-code',
        claude.synthetic('API Error: 401', 'authentication_failed'),
      ],
      ['plain text, which may be a failure', 'claude-code', 'Login expired'],
      ['anything that an unknown program prints', undefined, 'Login expired'],
    ])('and not for %s', (_what, runtime, line) => {
      const { clock, beats, say } = setUp([AGENT], runtime);
      if (line.startsWith('{')) say(claude.init());
      say(line);
      clock.advance(60_000);
      expect([beats().length > 1, answered(beats())]).toEqual([true, 0]);
    });
  });

  describe('say of what is printed whether the agent alone was there to print it', () => {
    const tool = (startedMs: number) => ({ ...AGENT, pid: 2, start: '2', startedMs });
    const MINUTE = 60_000;

    it('it was, beside a servant from the start', () => {
      const { clock, say } = setUp([AGENT, tool(T0 + 100)]);
      clock.advance(MINUTE);
      expect(say('Login expired')).toBe(true);
    });

    it('it was not, where a servant has the stream of the line too, and until a second after its end', () => {
      const server = { ...tool(T0 + 100), prints: ['stderr' as const] };
      const { clock, say, tree } = setUp([AGENT, server]);
      clock.advance(MINUTE);
      expect([say('Login expired'), say('Login expired', 'stderr')]).toEqual([true, false]);
      tree.processes = [AGENT];
      expect(say('Login expired', 'stderr')).toBe(false);
      clock.advance(2_000);
      expect(say('Login expired', 'stderr')).toBe(true);
    });

    it('it was not, while a tool lives', () => {
      const { clock, say, tree } = setUp();
      clock.advance(MINUTE + 500);
      tree.processes = [AGENT, tool(clock.now())];
      expect(say('Login expired')).toBe(false);
    });

    it('it was not, where a tool has come and gone between two looks, and is again a while later in its start', () => {
      const { clock, say, tree } = setUp();
      clock.advance(3_900);
      tree.processes = [{ ...AGENT, ended: 120 }];
      expect(say('Login expired')).toBe(false);
      clock.advance(1_000);
      expect(say('Login expired')).toBe(false);
      clock.advance(1_000);
      expect(say('Login expired')).toBe(true);
    });

    it.each([
      ['seen', [AGENT, tool(T0 + MINUTE)]],
      ['come and gone between two looks', [{ ...AGENT, ended: 120 }]],
    ])('it never is again, once a tool was %s after its start: it may repeat what that has said', (_how, processes) => {
      const { clock, say, tree } = setUp();
      clock.advance(MINUTE + 900);
      tree.processes = processes;
      clock.advance(2_000);
      tree.processes = [{ ...AGENT, ended: processes[0]?.ended ?? 0 }];
      clock.advance(10 * MINUTE);
      expect(say('Login expired')).toBe(false);
    });

    it('it was not, where the line was begun while a tool lived', () => {
      const { clock, say, tree, life } = setUp();
      clock.advance(MINUTE);
      tree.processes = [AGENT, tool(clock.now())];
      life.read('stdout');
      clock.advance(MINUTE);
      tree.processes = [AGENT];
      clock.advance(MINUTE);
      expect(say(' and its end')).toBe(false);
    });

    it('it was not, where a child ended before the first look', () => {
      expect(setUp([{ ...AGENT, ended: 7 }]).say('Login expired')).toBe(false);
    });

    it('it was not, where a child of a servant has just ended', () => {
      const { clock, say, tree } = setUp([AGENT, tool(T0)]);
      clock.advance(MINUTE + 900);
      tree.processes = [AGENT, { ...tool(T0), ended: 7 }];
      expect(say('Login expired')).toBe(false);
      clock.advance(5_000);
      expect(say('Login expired')).toBe(true);
    });

    it('nobody knows, where the system does not tell of children that have ended, or does not show the tree', () => {
      const { ended: _, ...untold } = AGENT;
      for (const processes of [[untold], []]) {
        const { clock, say } = setUp(processes);
        clock.advance(MINUTE);
        expect(say('Login expired')).toBe(false);
      }
    });

    it('nobody knows, where it was read late and a tool lived meanwhile', () => {
      const { clock, say, tree } = setUp();
      clock.advance(1_900);
      tree.processes = [{ ...AGENT, ended: 120 }];
      clock.holdUp(10_000);
      clock.holdUp(100);
      expect(say('Login expired')).toBe(false);
    });

    it('nobody asks of a run that has printed much', () => {
      const { clock, say } = setUp();
      const said = Array.from({ length: 70 }, () => {
        clock.advance(2_000);
        return say('Reconnecting');
      });
      expect([said.slice(1, 64).every(Boolean), said.slice(64).some(Boolean)]).toEqual([true, false]);
    });
  });

  it('leave the tree out where the system does not show it', () => {
    const { clock, beats } = setUp([]);
    clock.advance(60_000);
    expect(beats().length).toBeGreaterThan(1);
    for (const beat of beats()) expect(beat).not.toHaveProperty('tree');
  });

  it('call a process a tool that was started while this host was held up, before the answer was read', () => {
    const { clock, beats, tree, say } = setUp();
    clock.advance(1_900);
    // Held up for ten seconds: the clock goes on, and no timer comes.
    const toolAt = clock.now() + 400;
    tree.processes = [AGENT, { ...AGENT, pid: 2, start: '2', startedMs: toolAt }];
    clock.holdUp(10_000);
    say('I run the tests now.');
    clock.advance(12_000);
    expect(beats().at(-1)).toMatchObject({ tree: { tools: 1, idle_ms: 0 } });
  });
});
