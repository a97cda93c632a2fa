import { type JetStreamManager, NatsError, type StoredMsg } from 'nats';
import type { AbortCommand } from '../contracts/abort-command.ts';
import { Ack } from '../contracts/ack.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';

interface DirectGets {
  getMessage(stream: string, query: { last_by_subj: string }): Promise<StoredMsg>;
}

/** nats.js 2.29 has the direct API on its manager but leaves it out of the manager's type. */
function directOf(manager: JetStreamManager): DirectGets {
  return (manager as JetStreamManager & { readonly direct: DirectGets }).direct;
}

/** Whether a command has its ack in the stream: its run was dealt with before this process was there, or by the tap. */
export async function settledAlready(
  manager: JetStreamManager,
  subjects: Subjects,
  command: AbortCommand,
): Promise<boolean> {
  try {
    const last = await directOf(manager).getMessage(STREAMS.acks, { last_by_subj: subjects.acks(command) });
    const ack = Ack.safeParse(last.json());
    return ack.success && ack.data.command_id === command.command_id;
  } catch (error) {
    if (error instanceof NatsError && (error.code === '404' || error.api_error?.code === 404)) return false;
    throw error;
  }
}
