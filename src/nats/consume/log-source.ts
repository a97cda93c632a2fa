import type { JsMsg, NatsConnection } from 'nats';
import type { Run, StreamName } from '../../contracts/run.ts';
import { CONSUMERS, STREAMS, type Subjects } from '../../contracts/subjects.ts';
import type { LogMessage, RunMessage, Settlement } from '../../pipeline/ports/ports.ts';
import { putDeadLetter } from '../dead-letters.ts';
import { isLabelled, logHeader, mayHaveHeader } from './log-header.ts';
import { eachAlone, type MessageSource, type MessageSourceOptions, startMessageSource } from './message-source.ts';
import { type DeadLetterBox, settlementOf } from './settlement.ts';

const LOG_BYTES_AHEAD = 8 * 1024 * 1024;
/** A run that floods is written once for so many of its messages, and holds up its other ones for no longer than these take. */
const LOGS_TOGETHER = { items: 256, bytes: 512 * 1024 };
const RUN_BYTES_AHEAD = 1024 * 1024;

/** What a source of messages tells of, past tense. */
export interface SourceEvents {
  /** A message's subject does not fit the contract. It is settled already. */
  misfit(subject: string, reason: string): void;
  /** What a message of output says was decided, and it is acknowledged. A message that is delivered again is told of again. */
  messageDecided?(info: { seq: number; bytes: number; storedMs: number }): void;
  /** A message of output can never be read, and is settled. It is told of again where it is delivered again. */
  messageRejected?(info: { seq: number; storedMs: number }): void;
  /** A request for messages was lost, or the word on it; it has been sent anew. */
  requestLost(info: { durable: string }): void;
  /** The stream dropped a message while it waited here behind others of its run. It is settled by then. */
  messageGone(info: { durable: string; stream: string; seq: number; storedMs: number }): void;
  /** A message failed again and again for its own sake: it is among the dead letters now. */
  messageDied(info: { subject: string; stream: string; seq: number; storedMs: number; reason: string }): void;
}

/** Agent output, shared among all workers. Messages of one stream of a run that wait are handled together. */
export function startLogSource(
  connection: NatsConnection,
  subjects: Subjects,
  handle: (messages: readonly LogMessage[]) => Promise<void> | undefined,
  events: SourceEvents,
): Promise<MessageSource> {
  const bury = deadLetterBox(connection, subjects, events);
  return startMessageSource(
    {
      connection,
      stream: STREAMS.logs,
      durable: CONSUMERS.logs,
      subject: subjects.all('logs'),
      maxBytes: LOG_BYTES_AHEAD,
      together: LOGS_TOGETHER,
      ...toldOf(events, STREAMS.logs, CONSUMERS.logs),
    },
    (messages, inHand) => {
      const { subject } = messages[0] as JsMsg;
      const place = subjects.parseLogs(subject);
      if (place) {
        return handle(
          messages.map((message) => new NatsLogMessage(message, place, settlementOf(message, inHand, bury), events)),
        );
      }
      for (const message of messages) {
        message.term(); // without a reason: nats-server 2.9 does not know terms with one
        events.messageRejected?.({ seq: message.seq, storedMs: storedMs(message) });
        events.misfit(subject, 'the subject is not <prefix>.logs.<agent>.<execution>.<attempt>.<stdout|stderr>');
      }
      return undefined;
    },
  );
}

type Counted = Pick<SourceEvents, 'messageDecided' | 'messageRejected'>;

/** A log message as the stream delivered it. Reads from it only what is asked for: most are done after a look at the bytes. */
class NatsLogMessage implements LogMessage {
  readonly run: Run;
  readonly stream: StreamName;
  readonly subject: string;
  readonly data: Buffer;
  readonly #message: JsMsg;
  readonly #settlement: Settlement;
  readonly #events: Counted;

  constructor(
    message: JsMsg,
    { run, stream }: { run: Run; stream: StreamName },
    settlement: Settlement,
    events: Counted,
  ) {
    this.run = run;
    this.stream = stream;
    this.subject = message.subject;
    this.data = asBuffer(message.data);
    this.#message = message;
    this.#settlement = settlement;
    this.#events = events;
  }
  get seq(): number {
    return this.#message.seq;
  }
  get storedMs(): number {
    return storedMs(this.#message);
  }
  header(name: string): string | undefined {
    return mayHaveHeader(this.#message, name) ? logHeader(this.#message.headers, name) : undefined;
  }
  get labelled(): boolean {
    return mayHaveHeader(this.#message, 'knell-') && isLabelled(this.#message.headers);
  }
  ack(): void {
    this.#events.messageDecided?.({ seq: this.seq, bytes: this.data.length, storedMs: this.storedMs });
    this.#settlement.ack();
  }
  retry(delayMs: number, error?: unknown): void {
    this.#settlement.retry(delayMs, error);
  }
  reject(): void {
    this.#events.messageRejected?.({ seq: this.seq, storedMs: this.storedMs });
    this.#settlement.reject();
  }
  setAside(): void {
    this.#settlement.setAside?.();
  }
}

/** What hosts say about runs' lives, shared among all workers. */
export function startRunSource(
  connection: NatsConnection,
  subjects: Subjects,
  handle: (message: RunMessage) => Promise<void>,
  events: SourceEvents,
): Promise<MessageSource> {
  const options = { connection, stream: STREAMS.runs, durable: CONSUMERS.runs, subject: subjects.all('runs') };
  return startRunMessages(options, subjects, 'runs', handle, events);
}

/** What backends and taps did with abort commands, shared among all workers. */
export function startAckSource(
  connection: NatsConnection,
  subjects: Subjects,
  handle: (message: RunMessage) => Promise<void>,
  events: SourceEvents,
): Promise<MessageSource> {
  const options = { connection, stream: STREAMS.acks, durable: CONSUMERS.acks, subject: subjects.all('acks') };
  return startRunMessages(options, subjects, 'acks', handle, events);
}

function startRunMessages(
  options: Omit<MessageSourceOptions, 'maxBytes'>,
  subjects: Subjects,
  family: 'runs' | 'acks',
  handle: (message: RunMessage) => Promise<void>,
  events: SourceEvents,
): Promise<MessageSource> {
  const bury = deadLetterBox(options.connection, subjects, events);
  return startMessageSource(
    { ...options, maxBytes: RUN_BYTES_AHEAD, ...toldOf(events, options.stream, options.durable) },
    eachAlone((message, inHand) => {
      const run = family === 'runs' ? subjects.parseRuns(message.subject) : subjects.parseAcks(message.subject);
      if (!run) {
        message.term();
        events.misfit(message.subject, `the subject is not <prefix>.${family}.<agent>.<execution>.<attempt>`);
        return undefined;
      }
      const { subject } = message;
      return handle({
        run,
        subject,
        data: asBuffer(message.data),
        storedMs: storedMs(message),
        seq: message.seq,
        ...settlementOf(message, inHand, bury),
      });
    }),
  );
}

/** What a source tells of its reading, as events. */
export function toldOf(
  events: Pick<SourceEvents, 'requestLost' | 'messageGone'>,
  stream: string,
  durable: string,
): Required<Pick<MessageSourceOptions, 'onLost' | 'onGone'>> {
  return {
    onLost: () => events.requestLost({ durable }),
    onGone: (message) => events.messageGone({ durable, stream, seq: message.seq, storedMs: storedMs(message) }),
  };
}

/** Puts what can't be handled among the dead letters, and tells of it. */
export function deadLetterBox(
  connection: NatsConnection,
  subjects: Subjects,
  events: Pick<SourceEvents, 'messageDied'>,
): DeadLetterBox {
  const jetstream = connection.jetstream();
  return async (message, reason) => {
    await putDeadLetter(jetstream, subjects, message, reason);
    const { stream, streamSequence: seq } = message.info;
    events.messageDied({ subject: message.subject, stream, seq, storedMs: storedMs(message), reason });
  };
}

/** The same bytes as a Buffer, without a copy. */
export function asBuffer(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** When the stream stored a message, epoch milliseconds by the server's clock. */
export function storedMs(message: JsMsg): number {
  return Math.floor(message.info.timestampNanos / 1e6);
}
