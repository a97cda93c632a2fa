const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Settles when this process is told to stop, by Ctrl-C or SIGTERM: what follows something has then done what it was for. Until then the
 * process stays.
 *
 * @param over aborted where the command has failed meanwhile: nothing is waited for any more, and it never settles
 */
export function untilInterrupted(over?: AbortSignal): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    // NATS keeps the process alive while it is connected; this does while it is not.
    const keepAlive = setInterval(() => undefined, 2 ** 30);
    const stop = (): void => {
      clearInterval(keepAlive);
      for (const signal of SIGNALS) process.off(signal, interrupted);
    };
    const interrupted = (signal: NodeJS.Signals): void => {
      stop();
      resolve(signal);
    };
    for (const signal of SIGNALS) process.once(signal, interrupted);
    over?.addEventListener('abort', stop, { once: true });
  });
}
