import { type JetStreamManager, NatsError } from 'nats';
import type { AbortCommand } from '../contracts/abort-command.ts';
import { Ack } from '../contracts/ack.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';

/** Whether a command has its ack in the stream: its run was dealt with before this process was there, or by the tap. */
export async function settledAlready(
  manager: JetStreamManager,
  subjects: Subjects,
  command: AbortCommand,
): Promise<boolean> {
  try {
    const last = await manager.streams.getMessage(STREAMS.acks, { last_by_subj: subjects.acks(command) });
    const ack = Ack.safeParse(last.json());
    return ack.success && ack.data.command_id === command.command_id;
  } catch (error) {
    if (error instanceof NatsError && (error.code === '404' || error.api_error?.code === 404)) return false;
    throw error;
  }
}
