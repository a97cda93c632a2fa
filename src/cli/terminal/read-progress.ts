/** Reading that is over sooner is not worth a word, in milliseconds. */
const QUIET_MS = 2_000;
/** How often a terminal's line is redrawn, and how often a line is printed where there is no terminal. */
const REDRAW_MS = 100;
const REPEAT_MS = 10_000;

/**
 * Tells how far a long file is read: on a terminal in a line that counts up and is gone in the end, elsewhere in a line
 * now and then.
 *
 * @param bytes the file's size, where it is known
 */
export function createReadProgress(stream: NodeJS.WriteStream, file: string, bytes: number | undefined) {
  const isTerminal = stream.isTTY === true;
  let done = 0;
  let nextMs = performance.now() + QUIET_MS;
  let shown = false;
  return {
    read(some: number): void {
      done += some;
      const nowMs = performance.now();
      if (nowMs < nextMs) return;
      nextMs = nowMs + (isTerminal ? REDRAW_MS : REPEAT_MS);
      shown = true;
      const text = `${file}: ${megabytesOf(done)}${bytes ? ` of ${megabytesOf(bytes)}` : ''} MB read`;
      stream.write(isTerminal ? `\r${text}\u001b[K` : `knell: ${text}\n`);
    },
    clear(): void {
      if (isTerminal && shown) stream.write('\r\u001b[K');
    },
  };
}

function megabytesOf(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
