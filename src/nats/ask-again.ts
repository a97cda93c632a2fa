import { ErrorCode, NatsError } from 'nats';

/** After how long without an answer a read is asked for once more, in milliseconds. The client itself gives up after 5 s. */
const AGAIN_MS = 1_000;
/** How often it is asked for at most, unless said otherwise. */
const TIMES = 3;

/**
 * Asks for something that may be asked for any number of times, and once more where no answer comes: the first answer
 * counts, be it an error. A decision takes some twenty reads. Where each of them gave up only after the client's five
 * seconds, and the decision then began anew, a network that loses one message in a hundred would put it off for minutes.
 *
 * @throws whatever `ask` throws; its time-out only when all of them have timed out
 */
export function askAgain<T>(ask: () => Promise<T>, { againMs = AGAIN_MS, times = TIMES } = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    let [sent, open] = [0, 0];
    let timer: NodeJS.Timeout | undefined;
    const send = (): void => {
      sent += 1;
      open += 1;
      timer = sent < times ? setTimeout(send, againMs) : undefined;
      ask().then(
        (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        (error: unknown) => {
          open -= 1;
          if (isTimeout(error) && (open > 0 || sent < times)) return;
          clearTimeout(timer);
          reject(error);
        },
      );
    };
    send();
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof NatsError && error.code === ErrorCode.Timeout;
}
