import { setTimeout as pause } from 'node:timers/promises';
import type { ConsumerMessages, JsMsg, NatsConnection } from 'nats';
import { AbortCommand } from '../contracts/abort-command.ts';
import type { Ack, AckOutcome } from '../contracts/ack.ts';
import { parseJson } from '../contracts/parse-json.ts';
import type { Subjects } from '../contracts/subjects.ts';
import { STREAMS } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { SIGNATURE_HEADER, verify } from '../signing/signature.ts';
import { type Delivery, openAbortConsumer } from './abort-consumer.ts';
import type { RunsHere } from './runs-here.ts';
import { settledAlready } from './settled-already.ts';

/**
 * Ends the run that a command names and says what became of it. `not_mine`: another instance of this backend has it,
 * and nothing is acknowledged.
 */
export type AbortHandler = (command: AbortCommand) => PromiseLike<AbortAnswer> | AbortAnswer;
export type AbortAnswer = AckOutcome | 'not_mine';

export interface OnAbortOptions {
  /**
   * `shared` (default): all backends with the same `by` share the commands, each goes to one of them, and what comes
   * while none is there waits (a durable consumer). `each`: every instance gets every command, and answers `not_mine`
   * for runs of others; what was issued within the last hour is delivered at the start (a consumer of its own that the
   * server forgets an hour after the instance is gone).
   */
  readonly delivery?: Delivery;
}

export interface AbortInboxOptions extends OnAbortOptions {
  readonly connection: NatsConnection;
  readonly subjects: Subjects;
  readonly by: string;
  readonly runsHere: RunsHere;
  /** Given, a command that none of these has signed is not handed on. */
  readonly trusted?: TrustedKeys;
  readonly onError: (error: unknown, about: string) => void;
}

/** While a handler works, the server hears of it this often, in milliseconds. It waits 30 s before it gives up. */
const WORKING_EVERY_MS = 10_000;
/** How long a command waits after its handler failed, in milliseconds. */
const RETRY_MS = 1_000;
const MAX_REMEMBERED = 10_000;

/** Listens for abort commands, until what it returns is called; that settles when handlers under way are done. */
export async function startAbortInbox(options: AbortInboxOptions, handler: AbortHandler): Promise<() => Promise<void>> {
  const { connection, subjects, by, runsHere, onError, delivery = 'shared' } = options;
  const manager = await connection.jetstreamManager();
  const jetstream = connection.jetstream();
  const openConsumer = () => openAbortConsumer({ connection, manager, subjects, by, delivery });
  let { consumer, forget } = await openConsumer();
  const startedMs = Date.now();
  const outcomes = new Map<string, AckOutcome>();
  /** Commands whose answer this instance has stored. */
  const answered = new Set<string>();
  const underWay = new Map<string, Promise<void>>();

  /** What the command comes to; undefined where it has been answered, or another instance will answer. */
  async function decide(command: AbortCommand, redelivered: boolean): Promise<AckOutcome | undefined> {
    const known = outcomes.get(command.command_id);
    if (known) return known;
    const mayBeOld = redelivered || Date.parse(command.issued_at) < startedMs;
    if (mayBeOld && (await settledAlready(manager, subjects, command))) return undefined;
    if (Date.parse(command.expires_at) <= Date.now()) return 'expired';
    const here = runsHere.get(command);
    if (here && here.attempt !== command.attempt) return here.attempt > command.attempt ? 'superseded' : 'not_found';
    if (here && !here.running) return 'already_finished';
    const outcome = await handler(command);
    return outcome === 'not_mine' ? undefined : outcome;
  }

  async function act(message: JsMsg, command: AbortCommand): Promise<void> {
    const working = setInterval(() => message.working(), WORKING_EVERY_MS);
    try {
      const outcome = await decide(command, message.redelivered);
      if (outcome) {
        memoize(command.command_id, outcome);
        const ack = ackOf(command, outcome, by);
        const [subject, payload] = [subjects.acks(command), JSON.stringify(ack)];
        const { duplicate } = await jetstream.publish(subject, payload, { msgID: `${ack.command_id}.${by}` });
        // Any agent can take that id: where it was taken and not from here, the answer goes out without one.
        if (duplicate && !answered.has(ack.command_id)) await jetstream.publish(subject, payload);
        answered.add(ack.command_id);
        if (answered.size > MAX_REMEMBERED) answered.delete(answered.values().next().value as string);
      }
      message.ack();
    } catch (error) {
      onError(error, `abort command ${command.command_id}`);
      message.nak(RETRY_MS);
    } finally {
      clearInterval(working);
    }
  }

  function memoize(id: string, outcome: AckOutcome): void {
    outcomes.set(id, outcome);
    if (outcomes.size > MAX_REMEMBERED) outcomes.delete(outcomes.keys().next().value as string);
  }

  function take(message: JsMsg): void {
    const signature = message.headers?.get(SIGNATURE_HEADER);
    const verdict = options.trusted ? verify(message.subject, message.data, signature, options.trusted) : 'good';
    if (verdict !== 'good') {
      onError(new Error(`signature: ${verdict}`), `a message on ${message.subject} that is not obeyed`);
      message.term();
      return;
    }
    const command = AbortCommand.safeParse(parseJson(message.data));
    if (!command.success) {
      onError(command.error, `a message on ${message.subject} that is no abort command`);
      message.term();
      return;
    }
    // The same command may come twice at once: the second waits, and then finds the first one's outcome.
    const id = command.data.command_id;
    const work = (underWay.get(id) ?? Promise.resolve())
      .then(() => act(message, command.data))
      .finally(() => {
        if (underWay.get(id) === work) underWay.delete(id);
      });
    underWay.set(id, work);
  }

  // Without the option a consumer that is gone is asked for good, and nothing is heard any more.
  const listen = () => consumer.consume({ max_messages: 100, abort_on_missing_resource: true });
  let messages = await listen();
  let stopped = false;
  const reading = (async () => {
    for (;;) {
      const end = await readAll(messages, take);
      if (stopped) return;
      onError(end, `the stream ${STREAMS.aborts}; listening again`);
      for (let isOpen = false; !isOpen && !stopped; ) {
        await pause(RETRY_MS);
        try {
          ({ consumer, forget } = await openConsumer());
          messages = await listen();
          isOpen = true;
        } catch (error) {
          onError(error, `the stream ${STREAMS.aborts}; trying again`);
        }
      }
    }
  })();
  return async () => {
    stopped = true;
    await messages.close();
    await reading;
    await Promise.all(underWay.values());
    await forget();
  };
}

/** Hands over all messages; settles, when no more come, with the reason. */
async function readAll(messages: ConsumerMessages, take: (message: JsMsg) => void): Promise<unknown> {
  try {
    for await (const message of messages) take(message);
    return new Error('no more abort commands come');
  } catch (error) {
    return error;
  }
}

function ackOf(command: AbortCommand, outcome: AckOutcome, by: string): Ack {
  const { command_id, agent, execution, attempt } = command;
  return { schema: 'knell.ack/v1', command_id, agent, execution, attempt, outcome, by, at: formatTime(Date.now()) };
}
