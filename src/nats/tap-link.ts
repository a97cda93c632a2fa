import { randomUUID } from 'node:crypto';
import { headers, type MsgHdrs, type NatsConnection, type NatsError, type PubAck } from 'nats';
import { LOG_HEADERS, type StreamFormat } from '../contracts/log-headers.ts';
import { type Run, runKey } from '../contracts/run.ts';
import { createSubjects } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import { redactText } from '../decode/redact.ts';
import { connectWith } from '../login/connect.ts';
import { explainForbidden } from '../login/connect-error.ts';
import type { Login } from '../login/login.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { type Clock, systemClock, within } from '../tap/clock.ts';
import type { OutMessage } from '../tap/delivery/out-message.ts';
import { createOutbox, type Send } from '../tap/delivery/outbox.ts';
import { createSpool, type SpoolOptions } from '../tap/delivery/spool.ts';
import { fitChunk } from '../tap/output/fit-chunk.ts';
import type { AbortOrder, LinkLosses, LogChunk, TapLink } from '../tap/tap-link.ts';
import { createOrderFeed } from './order-feed.ts';
import { usedBefore } from './used-before.ts';

export interface NatsLinkOptions {
  login: Login;
  run: Run;
  runtime?: string;
  /** How the agent was asked to print its standard output. */
  format?: StreamFormat;
  subscription?: string;
  /** Prefix of all subjects. */
  prefix?: string;
  /** Bound of what waits in memory while the server is away. */
  memoryBytes?: number;
  /** Where and how much may wait on disk after that. */
  spool?: SpoolOptions;
  clock?: Clock;
  /** Given, an order that none of these has signed is not handed on. */
  trusted?: TrustedKeys;
  /** Called with the first command that was refused, in words for people. */
  onRefusedOrder?: (why: string) => void;
  /**
   * Called once when an earlier process has used this run's id: `ended` where knell ended that one. Its command is never
   * handed on.
   */
  onUsedBefore?: (how: 'ended' | 'used') => void;
  /** Called when nothing has reached knell a few seconds after the start, with the reason in words for people. */
  onUnreached?: (problem: string | undefined) => void;
}

/** nats-server's own default (https://docs.nats.io/running-a-nats-service/configuration, `max_payload`). */
const DEFAULT_MAX_PAYLOAD = 1024 * 1024;
/** What a message's headers may take of the server's limit, which counts them. */
const HEADER_ROOM = 2 * 1024;
const PUBLISH_TIMEOUT_MS = 10_000;
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MOST_MS = 2_000;
/** After how long the user is told that nothing has reached knell, in milliseconds. */
const UNREACHED_MS = 5_000;
/** Why a server that answers takes nothing from this login. */
const REFUSALS = new Set(['NATS_LOGIN_REFUSED', 'NATS_LOGIN_UNUSABLE', 'NATS_TLS_FAILED']);
/** JetStream's error for a message over the stream's own limit (JSStreamMessageExceedsMaximumErr in nats-server's errors.json). */
const MESSAGE_TOO_LARGE = 10_054;
/** JetStream's error for a message that is not the first on its subject (JSStreamWrongLastSequenceErrF there). */
const WRONG_LAST_SEQUENCE = 10_071;
/** On a run's start: the server then says, at no price for other runs, whether its id was used before. */
const EXPECTED_LAST = 'Nats-Expected-Last-Subject-Sequence';
const MEANT_AS_FIRST: Readonly<Record<string, string>> = { [EXPECTED_LAST]: '0' };

/**
 * Publishes a run to JetStream. It connects by itself, at once and for ever, and starts over with each connection: what
 * was not confirmed is sent again under the same message id, so the server keeps one of each. Every id holds the run, the
 * stream and the line, and a part of this link's own: a second tap for the same run must not be taken for a repetition.
 *
 * @throws {RangeError} when the prefix can't be used; nothing else
 */
export function createNatsLink(options: NatsLinkOptions): TapLink {
  const { run, runtime, format, subscription, clock = systemClock } = options;
  const subjects = createSubjects(options.prefix);
  const { login } = options;
  const spool = createSpool(options.spool);
  const idPrefix = `${runKey(run)}.${randomUUID().slice(0, 8)}`;
  const losses = { lines: 0, bytes: 0, refused: false };
  const { memoryBytes } = options;
  const outbox = createOutbox({
    clock,
    spool,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    onDrop(message, why) {
      losses.lines += message.lines;
      losses.bytes += message.payload.length;
      losses.refused ||= why === 'refused';
    },
  });
  /** Acks go their own way: they must not wait for megabytes of log lines. */
  const ackOutbox = createOutbox({ clock });

  let connection: NatsConnection | undefined;
  let maxPayload = DEFAULT_MAX_PAYLOAD;
  let problem: string | undefined;
  /** Whether the server was reached and does not let this login in, which does not pass by itself. */
  let isRefused = false;
  let onRefused: () => void = () => undefined;
  let closing = false;
  let onOrder: ((order: AbortOrder) => void) | undefined;
  let eventCount = 0;

  const common: Record<string, string> = {};
  if (runtime !== undefined) common[LOG_HEADERS.runtime] = runtime;
  if (subscription !== undefined) common[LOG_HEADERS.subscription] = subscription;
  const lineLimit = () => Math.max(512, maxPayload - HEADER_ROOM);

  const toMessage = (chunk: LogChunk): OutMessage => ({
    subject: subjects.logs(run, chunk.stream),
    id: `${idPrefix}.${chunk.stream}.${chunk.firstLine}`,
    headers: {
      ...common,
      ...(format !== undefined && chunk.stream === 'stdout' && { [LOG_HEADERS.format]: format }),
      [LOG_HEADERS.line]: `${chunk.firstLine}`,
      [LOG_HEADERS.time]: formatTime(chunk.atMs),
    },
    payload: chunk.payload,
    lines: chunk.lineCount,
  });

  let isUsed = false;
  const tellUsed = (how: 'ended' | 'used') => {
    if (!isUsed) options.onUsedBefore?.(how);
    isUsed = true;
  };

  const orders = createOrderFeed({
    subject: subjects.aborts(run),
    clock,
    ...options,
    onUsedBefore: () => tellUsed('ended'),
    onOrder(order) {
      if (!closing) onOrder?.(order);
    },
    onProblem(error) {
      problem = explain(error);
    },
  });
  /** Lets the output go to the server that is connected now. */
  let begin: () => void = () => undefined;

  /** What was told already; the account at the end does not tell it again. */
  let told: string | undefined;
  const cancelUnreached = clock.after(UNREACHED_MS, () => {
    told = problem;
    options.onUnreached?.(problem);
  });

  /** Between two tries to connect; closing the link ends it early. */
  let wake: () => void = () => undefined;
  const sleep = (delayMs: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(delayMs, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  const keepConnected = async () => {
    let delayMs = RECONNECT_FIRST_MS;
    while (!closing) {
      try {
        const nc = await connectWith(login, {
          name: `knell tap ${runKey(run)}`,
          // The loop here reconnects: then a lost connection fails what is in flight at once, and nothing old is sent later.
          reconnect: false,
          pingInterval: 10_000,
          maxPingOut: 2,
        });
        if (closing) return await nc.close();
        connection = nc;
        isRefused = false;
        delayMs = RECONNECT_FIRST_MS;
        maxPayload = nc.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
        const onProblem = (text: string) => {
          problem = text;
        };
        const onNotFirst = async () => {
          if (await usedBefore(nc, subjects.runs(run), idPrefix)) tellUsed('used');
        };
        const publish = sendBy(nc, maxPayload, onProblem, onNotFirst);
        const send: Send = async (message) => {
          const result = await publish(message);
          cancelUnreached();
          return result;
        };
        ackOutbox.open(send);
        begin = () => {
          if (connection === nc && !closing) outbox.open(send);
        };
        // It only fails with the connection, and that is seen below.
        if (onOrder) orders.listen(nc, begin).catch(() => undefined);
        else begin();
        const lost = await nc.closed();
        problem = lost ? explain(lost) : 'the connection was lost';
      } catch (error) {
        problem = explain(error);
        isRefused = REFUSALS.has(String((error as NatsError).code));
        if (isRefused) onRefused();
      }
      connection = undefined;
      outbox.shut();
      ackOutbox.shut();
      if (closing) return;
      // Taps of a whole fleet lose the same server at the same moment: they must not come back at the same moment.
      await sleep(delayMs * (0.5 + Math.random()));
      delayMs = Math.min(delayMs * 2, RECONNECT_MOST_MS);
    }
  };
  // Started in the next turn, so that the caller can say first that it wants orders.
  setImmediate(() => void keepConnected());

  return {
    publishLog(chunk) {
      for (const part of fitChunk(chunk, lineLimit())) outbox.push(toMessage(part));
    },
    publishRun(event) {
      if (event.type === 'heartbeat' && !connection) return;
      const id = `${idPrefix}.${event.type}.${eventCount++}`;
      const payload = Buffer.from(JSON.stringify(event));
      const headers = event.type === 'started' ? MEANT_AS_FIRST : {};
      outbox.push({ subject: subjects.runs(run), id, headers, payload, lines: 0 }, 'keep');
    },
    onAbort(handler) {
      onOrder = handler;
      if (!connection) return;
      outbox.shut();
      orders.listen(connection, begin).catch(() => undefined);
    },
    ack(ack) {
      const id = `${ack.command_id}.${ack.outcome}.${idPrefix}`;
      const payload = Buffer.from(JSON.stringify(ack));
      ackOutbox.push({ subject: subjects.acks(run), id, headers: {}, payload, lines: 0 }, 'keep');
    },
    async close(timeoutMs) {
      // From here on the account at the end tells it.
      cancelUnreached();
      const refused = new Promise<void>((resolve) => {
        if (isRefused) resolve();
        else onRefused = resolve;
      });
      const emptied = Promise.all([outbox.emptied(), ackOutbox.emptied()]);
      await within(clock, timeoutMs, Promise.race([refused, emptied]));
      closing = true;
      wake();
      const unsent = { lines: 0, bytes: 0, messages: 0 };
      for (const box of [outbox, ackOutbox]) {
        box.abandon(({ lines, payload }) => {
          unsent.lines += lines;
          unsent.bytes += lines > 0 ? payload.length : 0;
          unsent.messages += lines > 0 ? 0 : 1;
        });
      }
      const lost = losses.lines + unsent.lines + unsent.messages > 0;
      const reason = losses.refused ? 'the server refused some messages for good' : (spool.problem ?? problem);
      await connection?.close();
      return {
        droppedLines: losses.lines,
        droppedBytes: losses.bytes,
        unsentLines: unsent.lines,
        unsentBytes: unsent.bytes,
        unsentMessages: unsent.messages,
        problem: lost && reason !== told ? reason : undefined,
      } satisfies LinkLosses;
    },
  };
}

/**
 * Publishes by one connection, and waits for JetStream's confirmation.
 *
 * @param onNotFirst called before a message is stored that was meant to be the first on its subject, and is not
 */
function sendBy(
  nc: NatsConnection,
  maxPayload: number,
  onProblem: (text: string) => void,
  onNotFirst: () => Promise<void>,
): Send {
  const js = nc.jetstream({ timeout: PUBLISH_TIMEOUT_MS });
  const publish = (message: OutMessage): Promise<PubAck> =>
    js.publish(message.subject, message.payload, { msgID: message.id, headers: toHeaders(message.headers) });
  return async function send(message) {
    try {
      if (message.lines > 0 && message.payload.length > maxPayload - HEADER_ROOM) {
        // It waited while the server was away, and this server takes less than was assumed.
        await Promise.all(refit(message, maxPayload - HEADER_ROOM).map(publish));
      } else {
        await publish(message);
      }
      return 'stored';
    } catch (error) {
      const { code, api_error } = error as NatsError;
      if (api_error?.err_code === WRONG_LAST_SEQUENCE && EXPECTED_LAST in message.headers) {
        await onNotFirst();
        return send({ ...message, headers: {} });
      }
      onProblem(
        code === '503' ? `no JetStream stream takes ${message.subject}: is knell serve running?` : explain(error),
      );
      const hopeless = api_error?.err_code === MESSAGE_TOO_LARGE || code === 'MAX_PAYLOAD_EXCEEDED';
      if (hopeless) return 'refused';
      throw error;
    }
  };
}

/** The same lines in messages that fit; the first keeps the message's id. */
function refit(message: OutMessage, limitBytes: number): readonly OutMessage[] {
  const firstLine = Number(message.headers[LOG_HEADERS.line]);
  const { payload, lines: lineCount } = message;
  const parts = fitChunk({ stream: 'stdout', firstLine, lineCount, atMs: 0, payload }, Math.max(512, limitBytes));
  return parts.map((part, index) => ({
    ...message,
    id: index === 0 ? message.id : `${message.id}+${part.firstLine - firstLine}`,
    headers: { ...message.headers, [LOG_HEADERS.line]: `${part.firstLine}` },
    payload: part.payload,
    lines: part.lineCount,
  }));
}

function toHeaders(fields: Readonly<Record<string, string>>): MsgHdrs {
  const result = headers();
  for (const [name, value] of Object.entries(fields)) result.set(name, value);
  return result;
}

function explain(error: unknown): string {
  const forbidden = explainForbidden(error);
  if (forbidden) return forbidden.message;
  const { code, message } = error as NatsError;
  // What knell says itself needs no code; of the client's own errors some are a code alone.
  const isOwn = code === undefined || code === message || code.startsWith('NATS_');
  return redactText(isOwn ? message : `${message} (${code})`);
}
