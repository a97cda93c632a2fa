import type { NatsConnection } from 'nats';

/** How often the server is asked whether it is there, in milliseconds, and how many times in a row it may leave that unanswered. */
const ASK_EVERY_MS = 400;
const MOST_UNANSWERED = 6;

/**
 * Throws when the server has been away, or has not answered, for longer than a command should wait. It never settles otherwise.
 * A frozen server closes no connection; and the client's own pings would have it connect anew, with a socket that it then forgets.
 *
 * @param where the server, as it may be shown
 * @throws {Error} with code `NATS_UNREACHABLE`
 */
export function untilAway(connection: NatsConnection, where: string, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // Counted in turns of this process, so that one which was held up for long hears the answer first.
    let unanswered = 0;
    let isAsking = false;
    const timer = setInterval(() => {
      unanswered += 1;
      if (unanswered > MOST_UNANSWERED) reject(wentAway(where));
      if (isAsking) return;
      isAsking = true;
      connection
        .flush()
        .then(
          () => {
            unanswered = 0;
          },
          () => undefined,
        )
        .finally(() => {
          isAsking = false;
        });
    }, ASK_EVERY_MS);
    over.addEventListener('abort', () => clearInterval(timer), { once: true });
  });
}

/** That the server went away while a command ran, and what to do. */
export function wentAway(where: string, cause?: unknown): Error {
  return Object.assign(
    new Error(
      `the NATS server at ${where} went away, or answers no more: this was not done, or not all of it. Bring it back, or name one that runs (NATS_URL, --nats), and give the command again`,
      { cause },
    ),
    { code: 'NATS_UNREACHABLE' },
  );
}
