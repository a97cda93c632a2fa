import type { Readable, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import type { AgentInTerminal, TerminalSize } from './agent-terminal.ts';

/** What a terminal is taken for that does not tell, as behind a pipe. */
const USUAL: TerminalSize = { columns: 80, rows: 24 };

/** Ctrl-D: in a terminal the end of what is typed. */
const END_OF_INPUT = Buffer.from([0x04]);

/** How large the person's terminal is. */
export function sizeOf(target: Writable): TerminalSize {
  const { columns, rows } = target as Partial<WriteStream>;
  return columns && rows ? { columns, rows } : USUAL;
}

/**
 * Lends a person's terminal to an agent's: each key as it is pressed, Ctrl-C too, which the agent's own terminal makes a signal
 * of, and the window's size. Input that is no terminal is typed as it comes, and Ctrl-D behind it.
 *
 * @returns what gives the terminal back as it was
 */
export function lendTerminal(source: Readable, target: Writable, agent: AgentInTerminal): () => void {
  const keyboard = source as Partial<ReadStream> & Readable;
  const isRaw = keyboard.isTTY === true;
  const type = (bytes: Buffer): void => agent.type(bytes);
  const end = (): void => agent.type(END_OF_INPUT);
  const resize = (): void => agent.resize(sizeOf(target));
  if (isRaw) keyboard.setRawMode?.(true);
  source.on('data', type);
  if (!isRaw) source.once('end', end);
  target.on('resize', resize);
  // A terminal that hangs up is no fault of the agent's.
  const ignore = (): void => undefined;
  source.on('error', ignore);
  return () => {
    source.off('data', type);
    source.off('end', end);
    target.off('resize', resize);
    source.pause();
    if (isRaw) keyboard.setRawMode?.(false);
  };
}
