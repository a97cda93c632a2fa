import type { JetStreamManager } from 'nats';
import { parseJson } from '../contracts/parse-json.ts';
import type { Run } from '../contracts/run.ts';
import { RunExited } from '../contracts/run-event.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { lastMessage } from './stored-message.ts';

/** How a run really ended, as far as it is stored. */
export interface RunEnding {
  readonly ended: 'succeeded' | 'failed' | 'aborted' | 'unknown';
  readonly exit: RunExited | undefined;
  /** When its exit was stored, epoch milliseconds. */
  readonly atMs: number | undefined;
}

/** A run with an abort command that did not exit well counts as aborted: how it would have ended is not known. */
export async function endingOf(manager: JetStreamManager, subjects: Subjects, run: Run): Promise<RunEnding> {
  const [event, abort] = await Promise.all([
    lastMessage(manager, STREAMS.runs, subjects.runs(run)),
    lastMessage(manager, STREAMS.aborts, subjects.aborts(run)),
  ]);
  const exit = RunExited.safeParse(parseJson(event?.data)).data;
  const ended = exit?.code === 0 ? 'succeeded' : abort ? 'aborted' : exit ? 'failed' : 'unknown';
  return { ended, exit, atMs: exit && event?.time.getTime() };
}
