import { consumerOpts, type JetStreamManager, type JsMsg, type NatsConnection } from 'nats';
import { type RunUse, type StoredRunEvent, usesOf } from '../classify/run-uses.ts';
import { parseJson } from '../contracts/parse-json.ts';
import type { Run } from '../contracts/run.ts';
import { RunEvent } from '../contracts/run-event.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { nextMessage } from './stored-message.ts';

/** All that a run's host said that is still stored, apart by the uses of its id. @throws what the server answers */
export async function storedUses(
  connection: NatsConnection,
  manager: JetStreamManager,
  subjects: Subjects,
  run: Run,
): Promise<readonly [RunUse, ...RunUse[]]> {
  const events: StoredRunEvent[] = [];
  for await (const message of messagesOn(connection, manager, STREAMS.runs, subjects.runs(run))) {
    const event = RunEvent.safeParse(parseJson(message.data)).data;
    if (event) events.push({ event, atMs: storedMs(message) });
  }
  return usesOf(events);
}

/** All that a stream holds now under a subject filter, by a consumer that is forgotten. */
export async function* messagesOn(
  connection: NatsConnection,
  manager: JetStreamManager,
  stream: string,
  filter: string,
): AsyncGenerator<JsMsg> {
  // Where there is nothing, or all of it has grown too old meanwhile, there is nothing to wait for.
  if (!(await nextMessage(manager, stream, filter, 1))) return;
  const options = consumerOpts();
  options.bindStream(stream);
  options.orderedConsumer();
  const messages = await connection.jetstream().subscribe(filter, options);
  try {
    for await (const message of messages) {
      yield message;
      if (message.info.pending === 0) return;
    }
  } finally {
    messages.unsubscribe();
  }
}

/** When the server stored a message, epoch milliseconds. */
export function storedMs(message: JsMsg): number {
  return Math.floor(message.info.timestampNanos / 1e6);
}
