import { askAgain } from './ask-again.ts';

/** How often it is tried to open what is followed, at most. */
const TIMES = 5;

/**
 * Opens what is followed by a consumer that the client makes and forgets, and once more where no answer comes, as {@link askAgain} does.
 * A cluster keeps such a consumer on one of the servers that have its stream, and nats-server 2.9.10 also chooses one that is
 * down, of which no answer comes. The next one may have another place.
 *
 * @param close called with what was opened too late
 * @throws whatever `open` throws; its time-out only when all of them have timed out
 */
export async function openAgain<T>(open: () => Promise<T>, close: (late: T) => void): Promise<T> {
  let isOver = false;
  const once = async (): Promise<T> => {
    const opened = await open();
    if (isOver) close(opened);
    isOver = true;
    return opened;
  };
  try {
    return await askAgain(once, { times: TIMES });
  } finally {
    isOver = true;
  }
}
