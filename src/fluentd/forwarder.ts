import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging/logger.ts';
import type { RecordSource, SourcedRecord } from '../pipeline/ports/record-source.ts';
import { FluentError } from './fluent-error.ts';
import { toFluentEvent } from './fluent-event.ts';
import type { FluentSender } from './fluent-sender.ts';

export interface ForwarderOptions {
  source: RecordSource;
  sender: FluentSender;
  log: Logger;
  /** First part of every tag. */
  tagPrefix?: string;
  /** Pause after a failure, in milliseconds: doubled from `firstMs` with each further one, `maxMs` at most. */
  backoff?: { firstMs: number; maxMs: number };
  /** How long `stop()` lets the record under way finish, in milliseconds. */
  stopTimeoutMs?: number;
  /** Fluentd and then the stream have acknowledged a record. */
  onForwarded?: (tag: string) => void;
  /** A record, or the reading of one, failed and will be tried again; `code` says how. */
  onRetry?: (code: string) => void;
  /** A record can never be forwarded and was taken out of the redelivery loop. It stays in the stream. */
  onRejected?: (subject: string) => void;
}

export interface Forwarder {
  /** Begins to forward in the background. It survives everything; only `stop()` ends it. */
  start(): void;
  /**
   * Closes source and sender. The record under way is finished or handed back within the bound; all others stay where
   * they are, in the stream. Never throws; safe to call twice, or without `start()`.
   */
  stop(): Promise<void>;
}

/**
 * Forwards records to Fluentd one at a time, each acknowledged to the stream only when Fluentd has acknowledged it. A record
 * that Fluentd did not acknowledge goes back to the stream, which hands it out again later and later; so nothing is
 * kept here, nothing is given up, and one record that Fluentd won't take does not hold up the others.
 *
 * Every record arrives at least once. A repeat has the same `record_id`.
 *
 * @example
 * const sender = createFluentSender({ host: 'fluentd.internal' });
 * const source = createNatsRecordSource({ connection, stream: STREAMS.failures });
 * const forwarder = createForwarder({ source, sender, log });
 * forwarder.start();
 */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { source, sender, log, tagPrefix = 'knell', stopTimeoutMs = 3_000 } = options;
  const { backoff = { firstMs: 500, maxMs: 30_000 }, onForwarded, onRetry, onRejected } = options;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  const backoffMs = (failures: number) => Math.min(backoff.maxMs, backoff.firstMs * 2 ** (Math.min(failures, 32) - 1));

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const record = await source.next();
        if (!record) break;
        await forward(record);
        if (failures > 0) log.info({ failures }, 'forwarding to Fluentd works again');
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) break;
        failures += 1;
        const pauseMs = backoffMs(failures);
        log.warn({ err: error, failures, pauseMs }, 'a record was not forwarded to Fluentd; it stays in the stream');
        onRetry?.(codeOf(error));
        // The pause keeps a Fluentd that is away from costing a connection for each record in the stream.
        await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  async function forward(record: SourcedRecord): Promise<void> {
    const event = toFluentEvent(record.data, record.storedAtMs, tagPrefix);
    if (!event) return reject(record, 'it is no JSON object');
    try {
      await sender.send(event.tag, event.record, event.timeMs);
    } catch (error) {
      if (error instanceof FluentError && error.code === 'FLUENT_UNSENDABLE')
        return reject(record, error.message, error);
      record.retryLater(stopping.signal.aborted ? 0 : backoffMs(record.deliveries));
      throw error;
    }
    await record.ack();
    onForwarded?.(event.tag);
  }

  function reject(record: SourcedRecord, reason: string, err?: Error): void {
    record.reject();
    log.error({ err, subject: record.subject }, `a record can't be forwarded to Fluentd and is left out: ${reason}`);
    onRejected?.(record.subject);
  }

  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      const ended = Promise.all([running, source.close()]);
      await settledWithin(ended, stopTimeoutMs);
      sender.close();
      // The caller that waited for Fluentd has its refusal; handing the record back takes no waiting.
      await settledWithin(ended, 100);
    },
  };
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

async function settledWithin(work: Promise<unknown>, limitMs: number): Promise<void> {
  const limit = new AbortController();
  const done = () => limit.abort();
  work.then(done, done);
  await delay(limitMs, undefined, { signal: limit.signal }).catch(() => {});
}
