import type { NatsConnection } from 'nats';
import type { Run } from '../contracts/run.ts';
import { RunEvent, type RunStarted, toldAgainFrom } from '../contracts/run-event.ts';
import type { Subjects } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import type { RunsHere } from './runs-here.ts';

/** What a run was started with. */
export type RunDetails = Omit<RunStarted, 'schema' | 'type' | 'at' | keyof Run>;

/** What a backend says of its runs. */
export interface RunReporter {
  /** Tells that a run has started. Settles when it is stored. Not needed for runs under `knell tap`, which tells it. */
  publishRunStarted(run: Run, details?: RunDetails): Promise<void>;
  /** Tells that it still runs, and again what its start told here, for a server that has lost that. */
  publishRunHeartbeat(run: Run): Promise<void>;
  publishRunExited(run: Run, end: { readonly code?: number | null; readonly signal?: string | null }): Promise<void>;
}

/** Tells what happens to runs. Each call settles when the server has stored it, and throws when it could not. */
export function createRunReporter(connection: NatsConnection, subjects: Subjects, runsHere: RunsHere): RunReporter {
  const jetstream = connection.jetstream();
  async function publish({ agent, execution, attempt }: Run, event: object): Promise<void> {
    const run = { agent, execution, attempt };
    const whole = { schema: 'knell.run/v1', ...event, ...run, at: formatTime(Date.now()) };
    await jetstream.publish(subjects.runs(run), JSON.stringify(RunEvent.parse(whole)));
  }
  return {
    async publishRunStarted(run, details = {}) {
      // Before it is published: its abort command may be faster than the confirmation.
      const { tree: _, ...start } = details;
      runsHere.started(run, toldAgainFrom(Date.now(), start));
      await publish(run, { type: 'started', ...details });
    },
    async publishRunHeartbeat(run) {
      const { attempt, start } = runsHere.get(run) ?? {};
      const started = attempt === run.attempt ? start?.(Date.now()) : undefined;
      await publish(run, { type: 'heartbeat', ...(started && { started }) });
    },
    async publishRunExited(run, { code = null, signal = null }) {
      runsHere.exited(run);
      await publish(run, { type: 'exited', code, signal });
    },
  };
}
