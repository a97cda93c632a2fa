const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Signals that come this soon after the first say the same once more, in milliseconds: npm passes on the Ctrl-C that its script has got too. */
const SAME_MS = 1_000;

/**
 * Settles when this process is told to stop, by Ctrl-C or SIGTERM: what follows something has then done what it was for. Until then the
 * process stays; a signal that comes later ends it where it stands.
 *
 * @param over aborted where the command has failed meanwhile: nothing is waited for any more, and it never settles
 */
export function untilInterrupted(over?: AbortSignal): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    // NATS keeps the process alive while it is connected; this does while it is not.
    const keepAlive = setInterval(() => undefined, 2 ** 30);
    const letGo = (): void => {
      for (const signal of SIGNALS) process.off(signal, interrupted);
    };
    let isFirst = true;
    const interrupted = (signal: NodeJS.Signals): void => {
      if (isFirst) setTimeout(letGo, SAME_MS).unref();
      isFirst = false;
      clearInterval(keepAlive);
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, interrupted);
    over?.addEventListener(
      'abort',
      () => {
        clearInterval(keepAlive);
        if (isFirst) letGo();
      },
      { once: true },
    );
  });
}
