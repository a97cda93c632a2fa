import { hostname } from 'node:os';
import { createFluentConnection, type FluentConnection } from './fluent-connection.ts';
import { FluentError } from './fluent-error.ts';

export interface FluentSenderOptions {
  host?: string;
  port?: number;
  /** Fluentd's `<security> shared_key`, where it has one. */
  sharedKey?: string;
  /** How knell names itself to Fluentd when it proves the shared key. */
  clientHostname?: string;
  /** How long one event may take from connecting to its acknowledgement, in milliseconds. */
  timeoutMs?: number;
}

/** Sends events to Fluentd, one at a time, over a connection it keeps as long as nothing goes wrong on it. */
export interface FluentSender {
  /**
   * Resolves when Fluentd has acknowledged the event. `timeMs` is the event's time in epoch milliseconds.
   *
   * @throws {FluentError} when it did not. The event may have arrived all the same: an acknowledgement can be lost too.
   */
  send(tag: string, record: object, timeMs: number): Promise<void>;
  /** Hangs up. A send under way throws `FLUENT_CLOSED`, and so does any later one. */
  close(): void;
}

/** Nothing is connected before the first send. */
export function createFluentSender(options: FluentSenderOptions = {}): FluentSender {
  const { host = 'localhost', port = 24_224, sharedKey, clientHostname = `knell-${hostname()}` } = options;
  const { timeoutMs = 10_000 } = options;
  const target = { host, port, clientHostname, ...(sharedKey === undefined ? {} : { sharedKey }) };
  let connection: FluentConnection | undefined;
  let sending = false;
  let closed = false;

  async function send(tag: string, record: object, timeMs: number): Promise<void> {
    if (closed) throw closedError(target);
    if (sending) throw new Error('a Fluentd event is still under way: await send() before the next one');
    sending = true;
    let awaited = 'the connection';
    const timer = setTimeout(() => connection?.breakOff(timeoutError(target, timeoutMs, awaited)), timeoutMs);
    try {
      if (!connection || connection.isBroken()) {
        connection = createFluentConnection(target);
        if (sharedKey !== undefined)
          awaited = 'the connection and the shared-key handshake (does Fluentd have a key set?)';
        await connection.establish();
      }
      awaited = 'the acknowledgement';
      await connection.emit(tag, record, timeMs);
    } finally {
      clearTimeout(timer);
      sending = false;
    }
  }

  return {
    send,
    close() {
      closed = true;
      connection?.breakOff(closedError(target));
    },
  };
}

interface Target {
  host: string;
  port: number;
}

function timeoutError({ host, port }: Target, timeoutMs: number, awaited: string): FluentError {
  return new FluentError('FLUENT_TIMEOUT', `${host}:${port}: waited ${timeoutMs} ms in vain for ${awaited}`);
}

function closedError({ host, port }: Target): FluentError {
  return new FluentError('FLUENT_CLOSED', `${host}:${port}: the sender is closed`);
}
