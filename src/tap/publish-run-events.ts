import type { Run } from '../contracts/run.ts';
import { formatTime } from '../contracts/time.ts';
import type { RunCredential } from '../decode/credential-variables.ts';
import type { Clock } from './clock.ts';
import type { AgentExit } from './process/agent-process.ts';
import type { TapLink } from './tap-link.ts';

export interface RunLifeOptions {
  run: Run;
  link: TapLink;
  clock: Clock;
  /** Time between heartbeats. */
  heartbeatMs: number;
  runtime: string | undefined;
  subscription: string | undefined;
  timeoutS: number | undefined;
}

/** The events of a run's life, in their order: started, heartbeats, exited. */
export interface RunLife {
  started(pid: number, credential: RunCredential): void;
  exited(exit: AgentExit): void;
}

export function createRunLife(options: RunLifeOptions): RunLife {
  const { run, link, clock, heartbeatMs, runtime, subscription, timeoutS } = options;
  let cancelBeat = () => {};
  const common = () => ({ schema: 'knell.run/v1' as const, ...run, at: formatTime(clock.now()) });
  const beatLater = () => {
    cancelBeat = clock.after(heartbeatMs, () => {
      link.publishRun({ ...common(), type: 'heartbeat' });
      beatLater();
    });
  };
  return {
    started(pid, credential) {
      link.publishRun({
        ...common(),
        type: 'started',
        ...(runtime === undefined ? {} : { runtime }),
        ...(subscription === undefined ? {} : { subscription }),
        credential,
        pid,
        ...(timeoutS === undefined ? {} : { timeout_s: timeoutS }),
      });
      beatLater();
    },
    exited(exit) {
      cancelBeat();
      link.publishRun({ ...common(), type: 'exited', code: exit.code, signal: exit.signal });
    },
  };
}
