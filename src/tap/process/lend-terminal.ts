import { spawnSync } from 'node:child_process';
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

/** Ctrl-C. */
const INTERRUPT = 0x03;

/** A person's terminal while an agent has it. */
export interface LentTerminal {
  /** What a line of knell's own ends with there: the terminal may not add the carriage return itself. */
  readonly lineEnd: '\n' | '\r\n';
  /** Gives the terminal back as it was. Called once all that the agent has shown is written. */
  giveBack(): void;
}

/**
 * Lends a person's terminal to an agent's: each key as it is pressed, Ctrl-C too, which the agent's own terminal makes a signal
 * of; the window's size; and what is shown, as the agent's own terminal has put it, so that no second carriage return comes before a
 * line's end. Input that is no terminal is typed as it comes, and Ctrl-D behind it; the terminal that shows is then left alone.
 * However this process exits but by SIGKILL, Node gives the terminal back.
 *
 * @param onInterrupt called for Ctrl-C after the agent's end
 */
export function lendTerminal(
  source: Readable,
  target: Writable,
  agent: AgentInTerminal,
  onInterrupt: () => void,
): LentTerminal {
  const keyboard = source as Partial<ReadStream> & Readable;
  const isRaw = keyboard.isTTY === true;
  const type = (bytes: Buffer): void => {
    if (agent.exit === undefined) agent.type(bytes);
    else if (isRaw && bytes.includes(INTERRUPT)) onInterrupt();
  };
  const end = (): void => agent.type(END_OF_INPUT);
  const resize = (): void => agent.resize(sizeOf(target));
  if (isRaw) keyboard.setRawMode?.(true);
  let isVerbatim = isRaw && showVerbatim(target as Partial<WriteStream>);
  source.on('data', type);
  if (!isRaw) source.once('end', end);
  target.on('resize', resize);
  // A terminal that hangs up is no fault of the agent's.
  const ignore = (): void => undefined;
  source.on('error', ignore);
  return {
    get lineEnd() {
      return isVerbatim ? '\r\n' : '\n';
    },
    giveBack() {
      source.off('data', type);
      source.off('end', end);
      target.off('resize', resize);
      source.pause();
      if (isRaw) keyboard.setRawMode?.(false);
      isVerbatim = false;
    },
  };
}

/**
 * Has a terminal show bytes as they are. Node's raw mode is for programs that write lines and keeps the terminal adding carriage returns
 * (libuv, UV_TTY_MODE_RAW: ONLCR); its mode without (UV_TTY_MODE_IO) has no name in Node, so POSIX's stty does it. What it was
 * comes back with the rest of the raw mode.
 *
 * @returns whether it does
 */
function showVerbatim({ isTTY, fd }: Partial<WriteStream> & { fd?: number }): boolean {
  if (!isTTY || fd === undefined) return false;
  return spawnSync('stty', ['-opost'], { stdio: [fd, 'ignore', 'ignore'] }).status === 0;
}
