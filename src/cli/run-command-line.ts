import { CommanderError } from 'commander';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { keepToText } from './terminal/keep-to-text.ts';

/**
 * Runs the command that the process was started with. Here alone failures become exit codes.
 *
 * @param argv as in `process.argv`
 */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  // The tap outlives the reader of its output: an agent depends on it.
  if (argv[2] !== 'tap') {
    endWhenUnread();
    for (const stream of [process.stdout, process.stderr]) keepToText(stream);
  }

  try {
    const program = await createProgram(argv.slice(2));
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    } else {
      const code = exitCodeOf(error);
      // Without a code it is a fault in knell: the stack is what a report needs.
      process.stderr.write(
        `knell: ${code === undefined ? ((error as Error).stack ?? String(error)) : (error as Error).message}\n`,
      );
      process.exitCode = code ?? 70;
    }
  }
}

/**
 * Ends a command of which the output is no longer read, as under `head`: that is no failure. Output that can't be written,
 * as on a full disk, is one.
 */
function endWhenUnread(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.done);
    process.stderr.write(`knell: standard output can't be written: ${error.message}\n`);
    process.exit(exitCodeOf(error) ?? EXIT.usage);
  });
}
