import { headers, type NatsConnection } from 'nats';
import type { Run } from '../../src/contracts/run.ts';
import { subjects } from '../support/service.ts';
import type { Step } from './scripts.ts';

/** The longest that a host tells of an idle agent, in milliseconds: by then it should have been ended. */
const MOST_IDLE_MS = 180_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Publishes what scripted runs say and do, as a tap would: again and again until the stream has it. */
export function createDriver(connection: () => NatsConnection) {
  let open = 0;
  let gate: Promise<void> | undefined;
  const lines = new Map<string, number>();

  async function enter(): Promise<void> {
    while (gate) await gate;
    open += 1;
  }

  async function publish(subject: string, data: string, id: string, head: Record<string, string> = {}): Promise<void> {
    const withHead = headers();
    for (const [name, value] of Object.entries(head)) withHead.set(name, value);
    for (;;) {
      try {
        await connection().jetstream().publish(subject, data, { msgID: id, headers: withHead, timeout: 2_000 });
        return;
      } catch {
        await pause(50);
      }
    }
  }

  async function perform(run: Run, step: Step): Promise<void> {
    if ('waitMs' in step) return pause(step.waitMs);
    if ('idleMs' in step) return;
    if ('together' in step) {
      for (const inner of step.together) await perform(run, inner);
      return;
    }
    if ('exit' in step) {
      const event = { schema: 'knell.run/v1', type: 'exited', ...run, at: new Date().toISOString(), code: step.exit };
      return publish(subjects.runs(run), JSON.stringify(event), `exit-${JSON.stringify(run)}`);
    }
    const stream = step.stream ?? 'stdout';
    const key = `${subjects.logs(run, stream)}`;
    const first = lines.get(key) ?? 0;
    lines.set(key, first + step.say.length);
    const head = {
      'Knell-Runtime': 'claude-code',
      'Knell-Line': String(first),
      'Knell-Time': new Date().toISOString(),
      'Knell-Alone': 'true',
    };
    await publish(key, step.say.join('\n'), `${key}-${first}`, head);
  }

  async function isEnded(run: Run): Promise<boolean> {
    try {
      const manager = await connection().jetstreamManager();
      return (await manager.streams.getMessage('KNELL_ABORTS', { last_by_subj: subjects.aborts(run) })) !== undefined;
    } catch {
      return false;
    }
  }

  /** A host tells of an agent for as long as it lives: until it is ended, and for a while at least. */
  async function beIdle(run: Run, forMs: number): Promise<void> {
    for (let idleMs = 0; idleMs <= forMs || (idleMs <= MOST_IDLE_MS && !(await isEnded(run))); idleMs += 1_000) {
      const tree = { processes: 1, cpu_ms: 0, tools: 0, idle_ms: idleMs };
      const event = { schema: 'knell.run/v1', type: 'heartbeat', ...run, at: new Date().toISOString(), tree };
      await enter();
      await publish(subjects.runs(run), JSON.stringify(event), `beat-${idleMs}-${JSON.stringify(run)}`);
      open -= 1;
      await pause(1_000);
    }
  }

  return {
    /** Plays one attempt to its end. */
    async play(run: Run, subscription: string, steps: readonly Step[]): Promise<void> {
      const started = {
        schema: 'knell.run/v1',
        type: 'started',
        ...run,
        at: new Date().toISOString(),
        runtime: 'claude-code',
        subscription,
      };
      await enter();
      await publish(subjects.runs(run), JSON.stringify(started), `start-${JSON.stringify(run)}`);
      open -= 1;
      for (const step of steps) {
        if ('waitMs' in step) {
          await pause(step.waitMs);
          continue;
        }
        if ('idleMs' in step) {
          await beIdle(run, step.idleMs);
          continue;
        }
        await enter();
        try {
          await perform(run, step);
        } finally {
          open -= 1;
        }
      }
    },
    /** Holds all runs between two steps while `work` is done. */
    async duringAPause(work: () => Promise<void>): Promise<void> {
      let release: () => void = () => undefined;
      gate = new Promise((resolve) => {
        release = resolve;
      });
      while (open > 0) await pause(10);
      await work();
      gate = undefined;
      release();
    },
  };
}
