/** Settles when this process is told to stop, by Ctrl-C or SIGTERM: what follows something has then done what it was for. */
export function untilInterrupted(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    // NATS keeps the process alive while it is connected; this does while it is not.
    const keepAlive = setInterval(() => undefined, 2 ** 30);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        clearInterval(keepAlive);
        resolve(signal);
      });
    }
  });
}
