import { randomUUID } from 'node:crypto';
import type { NatsConnection, NatsError, PubAck } from 'nats';
import { type GoesOn, LOG_HEADERS, type StreamFormat } from '../contracts/log-headers.ts';
import { type Run, runKey } from '../contracts/run.ts';
import { createSubjects } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import { connectWith } from '../login/connect.ts';
import type { Login } from '../login/login.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { type Clock, systemClock, within } from '../tap/clock.ts';
import type { OutMessage } from '../tap/delivery/out-message.ts';
import { createOutbox, type Send } from '../tap/delivery/outbox.ts';
import { createSpool, type SpoolOptions } from '../tap/delivery/spool.ts';
import { fitChunk } from '../tap/output/fit-chunk.ts';
import type { AbortOrder, LinkLosses, LogChunk, TapLink } from '../tap/tap-link.ts';
import { explainLink } from './explain-link.ts';
import { createOrderFeed } from './order-feed.ts';
import { createServerTime } from './server-time.ts';
import { HEADER_ROOM, MEANT_AS_FIRST, sendBy } from './tap-send.ts';
import { usedBefore } from './used-before.ts';

export interface NatsLinkOptions {
  login: Login;
  run: Run;
  runtime?: string;
  /** How the agent was asked to print its standard output. */
  format?: StreamFormat;
  /** What its command may still do behind a failure of its agent. */
  goesOn?: GoesOn;
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
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MOST_MS = 2_000;
/** After how long the user is told that nothing has reached knell, in milliseconds. */
const UNREACHED_MS = 5_000;
/** Why a server that answers takes nothing from this login. */
const REFUSALS = new Set(['NATS_LOGIN_REFUSED', 'NATS_LOGIN_UNUSABLE', 'NATS_TLS_FAILED']);
/**
 * Publishes a run to JetStream. It connects by itself, at once and for ever, and starts over with each connection: what
 * was not confirmed is sent again under the same message id, so the server keeps one of each. Every id holds the run, the
 * stream and the line, and a part of this link's own: a second tap for the same run must not be taken for a repetition.
 *
 * @throws {RangeError} when the prefix can't be used; nothing else
 */
export function createNatsLink(options: NatsLinkOptions): TapLink {
  const { run, runtime, format, goesOn, subscription, clock = systemClock } = options;
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
  if (goesOn !== undefined) common[LOG_HEADERS.goesOn] = goesOn;
  const lineLimit = () => Math.max(512, maxPayload - HEADER_ROOM);

  const toMessage = (chunk: LogChunk): OutMessage => ({
    subject: subjects.logs(run, chunk.stream),
    id: `${idPrefix}.${chunk.stream}.${chunk.firstLine}`,
    headers: {
      ...common,
      ...(format !== undefined && chunk.stream === 'stdout' && { [LOG_HEADERS.format]: format }),
      [LOG_HEADERS.line]: `${chunk.firstLine}`,
      [LOG_HEADERS.time]: formatTime(chunk.atMs),
      ...(chunk.isAlone && { [LOG_HEADERS.alone]: 'true' }),
      ...(chunk.early && { [LOG_HEADERS.early]: chunk.early }),
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
    async onOrder(order) {
      await serverTime.settled();
      if (!closing) onOrder?.(order);
    },
    onProblem(error) {
      problem = explainLink(error);
    },
  });
  const serverTime = createServerTime(subjects.runs(run), clock);
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
        const onStored = ({ subject }: OutMessage, ack: PubAck, sentMs: number) => {
          if (onOrder && subject === subjects.runs(run)) void serverTime.stored(nc, ack, sentMs);
        };
        const publish = sendBy(nc, clock, maxPayload, onProblem, onNotFirst, onStored);
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
        problem = lost ? explainLink(lost) : 'the connection was lost';
      } catch (error) {
        problem = explainLink(error);
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
      serverTime.expect();
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
    orderTime: serverTime.now,
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
