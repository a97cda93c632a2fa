import { headers, type JetStreamClient, type JetStreamManager, type JsMsg, type MsgHdrs, type StoredMsg } from 'nats';
import { DEAD_HEADERS } from '../contracts/dead-letter.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import { isOutage, isTooLong } from './outage.ts';
import { nextMessage } from './stored-message.ts';

/** A message that could not be handled, and where it came from. */
export interface DeadLetter {
  /** Its sequence among the dead letters. */
  readonly seq: number;
  /** The subject it was published on, and the stream and sequence it was read from. */
  readonly subject: string;
  readonly stream: string;
  readonly streamSeq: number;
  readonly reason: string;
  /** When the first stream stored it, as it was passed on; RFC 3339. */
  readonly storedAt: string;
  readonly diedAt: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Undefined: it was too long to be kept, and stands only where it was read from, while that is there. */
  readonly data: Buffer | undefined;
}

const LEFT_OUT = 'left out';

/** The longest reason that is kept, in characters. */
const REASON_MAX = 500;

/** Puts a message among the dead letters; settles when that is stored. Doing it twice is harmless. */
export async function putDeadLetter(
  jetstream: JetStreamClient,
  subjects: Subjects,
  message: JsMsg,
  reason: string,
): Promise<void> {
  const { stream, streamSequence, timestampNanos } = message.info;
  const head = copyOf(message.headers);
  head.set(DEAD_HEADERS.reason, reason.replace(/\s+/g, ' ').slice(0, REASON_MAX));
  head.set(DEAD_HEADERS.subject, message.subject);
  head.set(DEAD_HEADERS.stream, stream);
  head.set(DEAD_HEADERS.seq, String(streamSequence));
  head.set(DEAD_HEADERS.stored, formatTime(Math.floor(timestampNanos / 1e6)));
  // A stream that was made anew counts from 1 again: the time tells its messages apart.
  const options = { msgID: `dead-${stream}-${streamSequence}-${timestampNanos}`, headers: head };
  const subject = subjects.dead(message.subject);
  try {
    await jetstream.publish(subject, message.data, options);
  } catch (error) {
    if (isOutage(error) && !isTooLong(error)) throw error;
    head.set(DEAD_HEADERS.payload, LEFT_OUT);
    await jetstream.publish(subject, '', options);
  }
}

/** All dead letters, oldest first. */
export async function* readDeadLetters(manager: JetStreamManager, subjects: Subjects): AsyncGenerator<DeadLetter> {
  for (let seq = 1; ; ) {
    const message = await nextMessage(manager, STREAMS.dead, subjects.all('dead'), seq);
    if (!message) return;
    yield letterIn(message);
    seq = message.seq + 1;
  }
}

/** The dead letter with this sequence; undefined when there is none. */
export async function findDeadLetter(
  manager: JetStreamManager,
  subjects: Subjects,
  seq: number,
): Promise<DeadLetter | undefined> {
  const message = await nextMessage(manager, STREAMS.dead, subjects.all('dead'), seq);
  return message?.seq === seq ? letterIn(message) : undefined;
}

/**
 * Publishes a dead letter again as it came, and takes it from the dead letters once that is stored. It is then the newest
 * message of its run: what the run has said since stands before it.
 */
export async function retryDeadLetter(
  jetstream: JetStreamClient,
  manager: JetStreamManager,
  letter: DeadLetter & { readonly data: Buffer },
): Promise<void> {
  const head = headers();
  for (const [name, value] of letter.headers) head.append(name, value);
  await jetstream.publish(letter.subject, letter.data, { msgID: `retried-dead-${letter.seq}`, headers: head });
  await manager.streams.deleteMessage(STREAMS.dead, letter.seq);
}

/** Whether knell put it there: what others publish on the subjects of dead letters lacks where it came from. */
export function isDeadLetter({ subject, stream, streamSeq }: DeadLetter): boolean {
  return subject !== '' && Object.values<string>(STREAMS).includes(stream) && streamSeq > 0;
}

function letterIn({ seq, header, data, time }: StoredMsg): DeadLetter {
  const own: ReadonlySet<string> = new Set(Object.values(DEAD_HEADERS));
  return {
    seq,
    subject: header.get(DEAD_HEADERS.subject),
    stream: header.get(DEAD_HEADERS.stream),
    streamSeq: Number(header.get(DEAD_HEADERS.seq)),
    reason: header.get(DEAD_HEADERS.reason),
    storedAt: header.get(DEAD_HEADERS.stored),
    diedAt: formatTime(time.getTime()),
    headers: pairsOf(header).filter(([name]) => !own.has(name) && !isServers(name)),
    data: header.get(DEAD_HEADERS.payload) === LEFT_OUT ? undefined : Buffer.from(data),
  };
}

/** The publisher's own headers. Those that tell the server what to do with a message were meant for the first time. */
function copyOf(given: MsgHdrs | undefined): MsgHdrs {
  const head = headers();
  for (const [name, value] of given ? pairsOf(given) : []) if (!isServers(name)) head.append(name, value);
  return head;
}

function pairsOf(head: MsgHdrs): [string, string][] {
  return head.keys().flatMap((name) => head.values(name).map((value): [string, string] => [name, value]));
}

function isServers(name: string): boolean {
  return name.toLowerCase().startsWith('nats-');
}
