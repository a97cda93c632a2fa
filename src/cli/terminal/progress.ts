/** Work that is over sooner is not worth a word where there is no terminal, in milliseconds. */
const QUIET_MS = 2_000;
/** How often a terminal's line is redrawn, and how often a line is printed elsewhere. */
const REDRAW_MS = 80;
const REPEAT_MS = 10_000;

/** How far a command is; nothing where nobody is told. */
export interface Progress {
  /** So many are done, of all where that is known. */
  show(done: number, of?: number): void;
  /** What is done now, where nothing can be counted. */
  step(what: string): void;
  /** The work is done. */
  clear(): void;
}

/**
 * Tells how far long work is: on a terminal in a line that counts up and is gone in the end, elsewhere in a line after two
 * seconds and then now and then.
 *
 * @param now milliseconds of any clock
 */
export function createProgress(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
  what: string,
  now: () => number = () => performance.now(),
): Progress {
  const isTerminal = stream.isTTY === true;
  const startedMs = now();
  let nextMs = startedMs + (isTerminal ? 0 : QUIET_MS);
  let shown = false;
  const tell = (text: string): void => {
    nextMs = now() + (isTerminal ? REDRAW_MS : REPEAT_MS);
    shown = true;
    stream.write(isTerminal ? `\r${text}\u001b[K` : `${text}\n`);
  };
  return {
    show(done, of) {
      // Redrawing more often than the eye sees costs more than the work; the end shows by itself.
      if (now() >= nextMs && done !== of) tell(`${what} ${done}${of === undefined ? '' : `/${of}`}`);
    },
    step(name) {
      if (isTerminal || now() - startedMs >= QUIET_MS) tell(`${name} …`);
    },
    clear() {
      if (isTerminal && shown) stream.write('\r\u001b[K');
    },
  };
}
