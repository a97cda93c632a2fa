import type { StreamFormat } from '../contracts/log-headers.ts';
import type { Run } from '../contracts/run.ts';
import { formatTime } from '../contracts/time.ts';
import type { RunCredential } from '../decode/credential-variables.ts';
import type { Clock } from './clock.ts';
import { createFirstAnswer } from './output/first-answer.ts';
import type { AgentExit } from './process/agent-process.ts';
import { systemTreeSampler, type TreeSampler } from './process/tree-sample.ts';
import { createTreeWatch } from './process/tree-watch.ts';
import type { LogChunk, TapLink } from './tap-link.ts';

export interface RunLifeOptions {
  run: Run;
  link: TapLink;
  clock: Clock;
  /** Time between heartbeats while the agent talks. One that is silent is told on more often, see {@link beatEvery}. */
  heartbeatMs: number;
  runtime: string | undefined;
  format: StreamFormat | undefined;
  subscription: string | undefined;
  timeoutS: number | undefined;
  /** How to look at the agent's process tree, and how often. */
  sampler?: TreeSampler | undefined;
}

/** The events of a run's life, in their order: started, heartbeats, exited. */
export interface RunLife {
  started(pid: number, credential: RunCredential): void;
  /** The agent has printed something. */
  heard(chunk: LogChunk): void;
  exited(exit: AgentExit): void;
}

export function createRunLife(options: RunLifeOptions): RunLife {
  const { run, link, clock, heartbeatMs, runtime, format, subscription, timeoutS } = options;
  const { sample, everyMs } = options.sampler ?? systemTreeSampler();
  const watch = createTreeWatch();
  const hasAnswered = createFirstAnswer(runtime);
  let answered = false;
  let cancelLook = () => {};
  let spokeMs = clock.now();
  let beatMs = clock.now();
  const common = () => ({ schema: 'knell.run/v1' as const, ...run, at: formatTime(clock.now()) });

  const lookLater = (pid: number) => {
    cancelLook = clock.after(Math.min(everyMs, heartbeatMs), () => {
      const nowMs = clock.now();
      watch.take(sample(pid), nowMs);
      if (nowMs - beatMs >= Math.min(heartbeatMs, beatEvery(nowMs - spokeMs, everyMs))) {
        beatMs = nowMs;
        const tree = watch.report(nowMs);
        link.publishRun({ ...common(), type: 'heartbeat', ...(tree && { tree }) });
      }
      lookLater(pid);
    });
  };
  return {
    started(pid, credential) {
      link.publishRun({
        ...common(),
        type: 'started',
        ...(runtime === undefined ? {} : { runtime }),
        ...(format === undefined ? {} : { format }),
        ...(subscription === undefined ? {} : { subscription }),
        credential,
        pid,
        ...(timeoutS === undefined ? {} : { timeout_s: timeoutS }),
      });
      lookLater(pid);
    },
    heard(chunk) {
      spokeMs = clock.now();
      if (answered || !hasAnswered(chunk)) return;
      answered = true;
      watch.answered(spokeMs);
    },
    exited(exit) {
      cancelLook();
      link.publishRun({ ...common(), type: 'exited', code: exit.code, signal: exit.signal });
    },
  };
}

/** The longest that a silent agent's host keeps still, in milliseconds: the service believes it for twice as long. */
const LONGEST_BEAT_MS = 20_000;

/**
 * How often a silent agent's host tells of its process tree, in milliseconds: with every second look while silence may
 * decide something soon, a banner's for example, and less often later. With a look every two seconds, ten minutes of
 * silence make 46 heartbeats instead of 20.
 */
function beatEvery(quietMs: number, lookMs: number): number {
  if (quietMs < 2 * lookMs) return Number.POSITIVE_INFINITY;
  return Math.min(quietMs < 45 * lookMs ? 2 * lookMs : 10 * lookMs, LONGEST_BEAT_MS);
}
