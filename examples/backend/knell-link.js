import { setTimeout as pause } from 'node:timers/promises';

/**
 * knell's client for a dispatcher that must not stop when knell is away: until it is there, preflight says `unknown`, what is
 * told is left out, and what is listened to begins as soon as it can. Nothing here throws.
 *
 * @typedef {import('knell/client').KnellClient} KnellClient
 *
 * @param {object} options
 * @param {() => Promise<KnellClient>} options.connect makes the client; called again and again until it succeeds
 * @param {(line: string) => void} [options.say]
 * @param {number} [options.retryMs]
 */
export function linkToKnell({ connect, say = console.log, retryMs = 1_000 }) {
  /** @type {KnellClient | undefined} */
  let client;
  const closing = new AbortController();

  /** Does something until it succeeds; undefined when the link was closed before. Each new reason is said once. */
  async function keepTrying(what, work) {
    for (let said; !closing.signal.aborted; ) {
      try {
        return await work();
      } catch (error) {
        if (error.message !== said) say(`${what}: ${error.message}; trying again`);
        said = error.message;
        await pause(retryMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
    return undefined;
  }

  const linked = keepTrying('knell', async () => {
    client = await connect();
  });

  const tell = async (what, ...about) => {
    try {
      await client?.[what](...about);
    } catch (error) {
      say(`knell was not told (${what}): ${error.message}`);
    }
  };

  const listen = async (what, handler) => {
    const listening = linked.then(() => keepTrying(what, () => client?.[what](handler)));
    return async () => {
      closing.abort();
      await (await listening)?.();
    };
  };

  return {
    /** Settles when the client is there, or after so many milliseconds. */
    whenLinked: (withinMs) => Promise.race([linked, pause(withinMs, undefined, { ref: false })]),
    preflight: async (request) =>
      client?.preflight(request) ?? { answer: 'unknown', reason: 'knell is not there yet', alternatives: [] },
    publishRunStarted: (run, details) => tell('publishRunStarted', run, details),
    publishRunExited: (run, end) => tell('publishRunExited', run, end),
    onAbort: (handler) => listen('onAbort', handler),
    onNotice: (handler) => listen('onNotice', handler),
    async close() {
      closing.abort();
      await linked;
      await client?.close();
    },
  };
}
