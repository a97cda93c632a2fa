import type { NatsConnection } from 'nats';
import { parseJson } from '../contracts/parse-json.ts';
import { RunEvent } from '../contracts/run-event.ts';
import { STREAMS } from '../contracts/subjects.ts';
import { lastDirect } from './direct-get.ts';

/**
 * Whether the last that is stored of a run is another process's word of itself. A start without a process is none: a backend
 * says so before its tap does. False where it can't be known, since the login may not look.
 *
 * @param subject where the events of the run go
 * @param ownIds what the message ids of this process begin with
 */
export async function usedBefore(connection: NatsConnection, subject: string, ownIds: string): Promise<boolean> {
  try {
    const manager = await connection.jetstreamManager({ checkAPI: false });
    const last = await lastDirect(manager, STREAMS.runs, subject);
    if (!last || last.header.get('Nats-Msg-Id').startsWith(ownIds)) return false;
    const event = RunEvent.safeParse(parseJson(last.data)).data;
    return event !== undefined && (event.type !== 'started' || event.pid !== undefined);
  } catch {
    return false;
  }
}
