import { readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { ReadStream } from 'node:tty';

/** Both ways of a terminal, on the side of whoever has made it. */
export interface TerminalEnds {
  /** All that is shown in it. It ends when the terminal does. */
  readonly shown: Readable;
  /** What is typed into it. */
  write(bytes: Buffer): void;
  /** False once it is closed, and its descriptor may be another file's. */
  readonly isOpen: boolean;
  /** Ends the terminal: what it has shown by now is still read, and a program in it is hung up on. */
  end(): void;
}

/** A terminal holds less than this for its reader (tty_buffer.c: 64 KiB, and what the line discipline has). */
const PIECE_BYTES = 65_536;

/**
 * Reads a terminal to its last byte. Node's own stream is not enough: after a hang-up libuv (uv__stream_io) takes a read that did not
 * fill its buffer for the end, and a terminal never gives more than 4,095 bytes at once; a failed write closes it too. So whatever
 * closes the stream, the rest is read first.
 *
 * @param fd of the terminal's master, which does not wait; closed at the end
 */
export function openTerminalEnds(fd: number): TerminalEnds {
  const master = new ReadStream(fd);
  const shown = new Readable({
    read: () => master.resume(),
    destroy(error, done) {
      master.destroy();
      done(error);
    },
  });
  const show = (bytes: Buffer): boolean => shown.destroyed || shown.push(bytes);
  master.on('data', (bytes: Buffer) => {
    if (!show(bytes)) master.pause();
  });
  const close = master._destroy.bind(master);
  master._destroy = (error, done) => {
    // One piece at most: it has no room of its own to wait in.
    for (let waiting = master.read(); waiting !== null; waiting = master.read()) show(waiting);
    for (let rest = readRest(fd); rest !== undefined; rest = readRest(fd)) show(rest);
    if (!shown.destroyed) shown.push(null);
    close(error, done);
  };
  master.on('end', () => master.destroy());
  // EIO: the last program that had it open is gone.
  master.on('error', () => undefined);
  return {
    shown,
    write: (bytes) => master.write(bytes),
    get isOpen() {
      return !master.destroyed;
    },
    end: () => master.destroy(),
  };
}

/** Some of what a terminal still holds; undefined where that is nothing, or the terminal is gone (EAGAIN, EIO). */
function readRest(fd: number): Buffer | undefined {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  try {
    const length = readSync(fd, piece, 0, piece.length, null);
    return length > 0 ? piece.subarray(0, length) : undefined;
  } catch {
    return undefined;
  }
}
