import { Socket } from 'node:net';
import fluentLogger from 'fluent-logger';
import { FluentError } from './fluent-error.ts';
import { createWholeMessageSocket, type WholeMessageSocket } from './whole-message-socket.ts';

export interface FluentConnectionOptions {
  host: string;
  port: number;
  /** Fluentd's `<security> shared_key`. Left out: no handshake, as Fluentd does without that section. */
  sharedKey?: string;
  /** How this end names itself in the handshake. It must differ from Fluentd's own `self_hostname`. */
  clientHostname: string;
}

/** One TCP connection to Fluentd and one fluent-logger on it. Broken once means broken for good. */
export interface FluentConnection {
  /** Connects, and shakes hands where there is a shared key. To be called first, once. */
  establish(): Promise<void>;
  /** Resolves when Fluentd has acknowledged the event. One at a time. */
  emit(tag: string, record: object, timeMs: number): Promise<void>;
  /** Gives the connection up; whatever is being waited for throws `reason`. */
  breakOff(reason: FluentError): void;
  /** Whether it can't be used any more: the peer may hang up between two events. */
  isBroken(): boolean;
}

/** What is used of the library's sender. Its types know neither the `_` members nor the time that they accept. */
interface LibrarySender {
  _socket: WholeMessageSocket;
  _handshake(established: () => void): void;
  emit(tag: string, record: object, time: unknown, acknowledged: (error?: Error | null) => void): void;
}

/**
 * The library never opens a socket of its own: it is handed one that is connected, through `_socket`, the field
 * it looks at before it would connect (lib/sender.js of fluent-logger 3.4.1, `_connect`). It keeps what it is good at, which is
 * encoding, chunk ids, comparing acknowledgements and the handshake. Its faults have no room left:
 * - an acknowledgement in several segments: see whole-message-socket.ts
 * - a missing one calls back twice, a reset late or not at all: only the first answer to an event counts, and the sender's time
 *   limit or the socket's end give one where the library does not
 * - the unbounded queue, and `end()` that does not flush it: there is one event at a time, and the connection goes with it
 * - reconnecting after 10 minutes: off, a broken connection is replaced by a new one with a new library on it
 * - writing to the console: it is given a logger that does not
 *
 * A worker thread or a child process would survive the throw, but not get past it: a Fluentd behind a proxy that splits
 * acknowledgements would be sent the same record for ever. With the bytes in order first, nothing is left to survive.
 */
export function createFluentConnection(options: FluentConnectionOptions): FluentConnection {
  const { host, port, sharedKey } = options;
  const where = `${host}:${port}`;
  const socket = new Socket();
  let connected = false;
  let fault: FluentError | undefined;
  let rejectWaiting: ((reason: FluentError) => void) | undefined;
  let complaint: string | undefined;

  const breakOff = (reason: FluentError) => {
    if (fault) return;
    fault = reason;
    socket.destroy();
    rejectWaiting?.(reason);
    messages.release();
  };
  const messages = createWholeMessageSocket(socket, (error) =>
    breakOff(new FluentError(error.code, `${where}: ${complaint ?? error.message}`, error.cause)),
  );
  socket.on('error', (error) => {
    breakOff(
      connected
        ? new FluentError('FLUENT_CONNECTION_LOST', `${where}: the connection was lost (${error.message})`, error)
        : new FluentError('FLUENT_UNREACHABLE', `${where}: no connection (${error.message}); is Fluentd up?`, error),
    );
  });
  socket.on('close', () => {
    breakOff(
      new FluentError('FLUENT_CONNECTION_LOST', `${where}: the connection was closed before an acknowledgement`),
    );
  });

  const library = createLibrarySender(options, (message) => {
    complaint = message;
  });
  library._socket = messages.library;

  /** A step ends by its own `done` or by the connection breaking, whichever is first. */
  const step = (begin: (done: () => void) => void) =>
    new Promise<void>((resolve, reject) => {
      if (fault) return reject(fault);
      rejectWaiting = reject;
      begin(resolve);
    });

  return {
    establish: () =>
      step((done) => {
        socket.setNoDelay(true).setKeepAlive(true, 30_000);
        socket.connect(port, host, () => {
          connected = true;
          if (sharedKey === undefined) done();
          else library._handshake(done);
        });
      }),
    emit: (tag, record, timeMs) =>
      step((done) => {
        try {
          library.emit(tag, record, toEventTime(timeMs), (error) => {
            if (!error) done();
            else breakOff(wrongAcknowledgement(where, error));
          });
        } catch (error) {
          breakOff(new FluentError('FLUENT_UNSENDABLE', `a record for ${tag} can't be encoded`, error));
        }
      }),
    breakOff,
    isBroken: () => fault !== undefined,
  };
}

function createLibrarySender(options: FluentConnectionOptions, onComplaint: (message: string) => void): LibrarySender {
  const { sharedKey, clientHostname } = options;
  const settings = {
    requireAckResponse: true,
    // For ever, as far as the library is concerned: the time limit is the sender's, for connection, handshake and all.
    ackResponseTimeout: 2 ** 31 - 1,
    enableReconnect: false,
    internalLogger: {
      info: () => {},
      error: (message: unknown) => onComplaint(String(message ?? 'the handshake failed')),
    },
    ...(sharedKey === undefined ? {} : { security: { clientHostname, sharedKey } }),
  };
  return fluentLogger.createFluentSender('', settings) as unknown as LibrarySender;
}

/** Milliseconds survive: EventTime carries nanoseconds (Forward protocol v1, "EventTime Ext Format"). */
function toEventTime(timeMs: number): unknown {
  const { EventTime } = fluentLogger as unknown as { EventTime: { fromTimestamp(ms: number): unknown } };
  return EventTime.fromTimestamp(Math.trunc(timeMs));
}

function wrongAcknowledgement(where: string, cause: Error): FluentError {
  const hint = 'a Fluentd that wants a shared key does this when knell has none';
  return new FluentError('FLUENT_WRONG_ANSWER', `${where}: another answer than the acknowledgement (${hint})`, cause);
}
