/** What can be acknowledged: a JetStream message. */
export interface Acknowledgeable {
  ack(): void;
}

/** Acks that leave together, in one write to the socket for all that one turn of the event loop has settled. */
export interface AckBatch {
  add(message: Acknowledgeable): void;
  /** Sends what waits, now. */
  flush(): void;
}

export function createAckBatch(): AckBatch {
  let waiting: Acknowledgeable[] = [];
  const flush = (): void => {
    const settled = waiting;
    waiting = [];
    for (const message of settled) message.ack();
  };
  return {
    add(message) {
      if (waiting.push(message) === 1) setImmediate(flush);
    },
    flush,
  };
}
