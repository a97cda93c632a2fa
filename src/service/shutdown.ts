import type { NatsConnection } from 'nats';

/** How long stopping may take, in milliseconds. Hosts kill what takes much longer. */
const STOP_WITHIN_MS = 4_000;

/** What has to be stopped again, and in which order. */
export interface Shutdown {
  /** Adds what is stopped before all that was added so far; what is added later than `stop` is stopped at once. */
  onStop(step: () => Promise<unknown>): void;
  /** Adds a connection, which is drained in its turn, and closed at the latest when the time is over. */
  closes(connection: NatsConnection): void;
  /** Stops everything in reverse order, within four seconds. Safe to call twice. */
  stop(): Promise<void>;
}

/** @param withinMs how long it waits for its steps, in milliseconds */
export function createShutdown(withinMs = STOP_WITHIN_MS): Shutdown {
  const steps: (() => Promise<unknown>)[] = [];
  const connections: NatsConnection[] = [];
  let stopping: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    const inOrder = (async () => {
      for (const step of steps.reverse()) await step();
    })();
    // Where the server does not answer, what is under way can't be finished: it will be delivered again.
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, withinMs);
    });
    await Promise.race([inOrder, late]).finally(() => clearTimeout(deadline));
    await Promise.all(connections.map((connection) => connection.close()));
  }

  return {
    onStop(step) {
      if (stopping) void step().catch(() => undefined);
      else steps.push(step);
    },
    closes(connection) {
      if (stopping) return void connection.close();
      connections.push(connection);
      steps.push(() => connection.drain().catch(() => connection.close()));
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}
