/** A line that counts up on a terminal and is gone when the work is done. Silent where there is no terminal. */
export function createProgress(stream: NodeJS.WriteStream, what: string) {
  let shownMs = 0;
  return {
    show(done: number, of: number): void {
      // Redrawing more often than the eye sees costs more than the work.
      if (!stream.isTTY || (Date.now() - shownMs < 80 && done < of)) return;
      shownMs = Date.now();
      stream.write(`\r${what} ${done}/${of}\u001b[K`);
    },
    clear(): void {
      if (stream.isTTY) stream.write('\r\u001b[K');
    },
  };
}
