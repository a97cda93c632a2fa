import type { Readable } from 'node:stream';
import { startInTerminal } from '../../src/tap/process/agent-terminal.ts';
import { openTerminals } from '../../src/tap/process/native-ptys.ts';

/** A command in a terminal, as a person has it. */
export interface Terminal {
  /** All that was shown so far. */
  readonly shown: () => string;
  /** What it is shown, as it comes. */
  readonly output: Readable;
  /** Settles when this has been shown. */
  sees(text: string | RegExp): Promise<void>;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** The exit code, once all has been shown. */
  readonly exited: Promise<number>;
  end(): void;
}

/** Runs a command in a real terminal of 80 columns and 24 rows. */
export function openTerminal(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const size = { columns: 80, rows: 24 };
  const agent = startInTerminal(openTerminals(), { command, args, env: { ...env, TERM: 'xterm-256color' } }, size);
  if (!('pid' in agent)) throw new Error(agent.message);
  const pieces: Buffer[] = [];
  const shown = (): string => Buffer.concat(pieces).toString('utf8');
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const wake of [...waiting]) wake();
  };
  agent.stdout.on('data', (data: Buffer) => {
    pieces.push(data);
    tell();
  });
  let over: number | undefined;
  const ended = new Promise<void>((resolve) => {
    agent.stdout.once('end', resolve);
  });
  const exited = Promise.all([agent.exited, ended]).then(([exit]) => {
    over = exit.code ?? -1;
    tell();
    return over;
  });
  const has = (text: string | RegExp) => (typeof text === 'string' ? shown().includes(text) : text.test(shown()));
  return {
    shown,
    output: agent.stdout,
    async sees(text) {
      while (!has(text)) {
        if (over !== undefined) throw new Error(`it ended (${over}) without ${text}:\n${shown()}`);
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
    type: (text) => agent.type(Buffer.from(text)),
    resize: (columns, rows) => agent.resize({ columns, rows }),
    exited,
    end() {
      if (over === undefined) agent.signal('SIGKILL');
    },
  };
}
