import { Command, CommanderError } from 'commander';
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.ts';

export interface CommandResult {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs one command in this process as `main.ts` would, and collects what it prints.
 *
 * @param env variables to set while it runs; undefined takes one away
 */
export async function runCommand(
  command: Command,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<CommandResult> {
  const program = new Command('knell').addCommand(command);
  for (const each of [program, command, ...command.commands]) each.exitOverride();
  const [out, err] = [capture(process.stdout), capture(process.stderr)];
  apply({ NO_COLOR: '1', ...env });
  process.exitCode = undefined;
  try {
    await program.parseAsync(['node', 'knell', ...args]);
    return { code: Number(process.exitCode ?? EXIT.done), out: out.text(), err: err.text() };
  } catch (error) {
    if (error instanceof CommanderError) return { code: EXIT.usage, out: out.text(), err: err.text() };
    return { code: exitCodeOf(error), out: out.text(), err: err.text() + (error as Error).message };
  } finally {
    for (const stream of [out, err]) stream.restore();
    for (const name of Object.keys(env)) apply({ [name]: BEFORE[name] });
    process.exitCode = undefined;
  }
}

/** Commands may run beside each other, so that each finds what another one has set. */
const BEFORE = { ...process.env };

function apply(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

function capture(stream: NodeJS.WriteStream) {
  const write = stream.write;
  let text = '';
  stream.write = ((chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  }) as typeof stream.write;
  return {
    text: () => text,
    restore() {
      stream.write = write;
    },
  };
}
