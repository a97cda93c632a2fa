import { openTerminals } from '../../src/tap/process/agent-terminal.ts';

/** A command in a terminal, as a person has it. */
export interface Terminal {
  /** All that was shown so far. */
  readonly shown: () => string;
  /** Settles when this has been shown. */
  sees(text: string | RegExp): Promise<void>;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  readonly exited: Promise<number>;
  end(): void;
}

/** Runs a command in a real terminal of 80 columns and 24 rows. */
export function openTerminal(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const pty = openTerminals().spawn(command, [...args], { name: 'xterm-256color', cols: 80, rows: 24, env });
  let shown = '';
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const wake of [...waiting]) wake();
  };
  pty.onData((data) => {
    shown += data;
    tell();
  });
  let over: number | undefined;
  const exited = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => {
      over = exitCode;
      resolve(exitCode);
      tell();
    });
  });
  const has = (text: string | RegExp) => (typeof text === 'string' ? shown.includes(text) : text.test(shown));
  return {
    shown: () => shown,
    async sees(text) {
      while (!has(text)) {
        if (over !== undefined) throw new Error(`it ended (${over}) without ${text}:\n${shown}`);
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
    type: (text) => pty.write(text),
    resize: (columns, rows) => pty.resize(columns, rows),
    exited,
    end() {
      if (over === undefined) pty.kill('SIGKILL');
    },
  };
}
