import type { JetStreamManager } from 'nats';
import type { RunUse } from '../classify/run-uses.ts';
import type { Run } from '../contracts/run.ts';
import type { RunExited } from '../contracts/run-event.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { lastMessage } from './stored-message.ts';

/** How one use of a run's id really ended, as far as it is stored. */
export interface RunEnding {
  readonly ended: 'succeeded' | 'failed' | 'aborted' | 'unknown';
  readonly exit: RunExited | undefined;
  /** When its exit was stored, epoch milliseconds. */
  readonly atMs: number | undefined;
}

/**
 * A use with an abort command that did not exit well counts as aborted: how it would have ended is not known. There is one
 * command for an id, ever, and it is about the use that it was stored in.
 */
export async function endingOf(
  manager: JetStreamManager,
  subjects: Subjects,
  run: Run,
  { exit, fromMs, untilMs }: RunUse,
): Promise<RunEnding> {
  const code = exit?.event.code;
  if (code === 0) return { ended: 'succeeded', exit: exit?.event, atMs: exit?.atMs };
  const commandMs = (await lastMessage(manager, STREAMS.aborts, subjects.aborts(run)))?.time.getTime();
  const isEnded = commandMs !== undefined && commandMs >= fromMs && commandMs < untilMs;
  const ended = isEnded ? 'aborted' : exit ? 'failed' : 'unknown';
  return { ended, exit: exit?.event, atMs: exit?.atMs };
}
