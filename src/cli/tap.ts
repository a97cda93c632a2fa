import { Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../contracts/rule-pack.ts';
import { Attempt, type Run, Token } from '../contracts/run.ts';
import { createNatsLink } from '../tap/nats-link.ts';
import { runTap } from '../tap/run-tap.ts';
import type { TapLink } from '../tap/tap-link.ts';

interface TapFlags {
  agent: string;
  execution: string;
  attempt: number;
  runtime?: string;
  subscription?: string;
  obey?: boolean;
  nats?: string;
  timeoutS?: number;
  bufferMb: number;
  spoolMb: number;
  spoolDir?: string;
  interruptGrace: number;
  terminateGrace: number;
  flushTimeout: number;
}

const EXAMPLES = `
Examples:
  Watch an agent; nothing is ever done to it:
    $ knell tap --agent reviewer --execution 8f3a --nats nats://127.0.0.1:4222 -- claude -p "review the diff" --output-format stream-json

  Second attempt of the same execution, and let knell end it when it is doomed:
    $ NATS_URL=nats://127.0.0.1:4222 knell tap --agent reviewer --execution 8f3a --attempt 2 \\
        --runtime claude-code --subscription team-a --obey -- claude -p "review the diff" --output-format stream-json

Exit code: the agent's own; 128 and the signal's number where a signal ended it; 125 where knell ended it;
127 where the command does not exist, 126 where it can't be executed; 2 for bad usage.

The agent finds its run in KNELL_RUN (agent.execution.attempt). The salt of the credential's fingerprint is KNELL_FINGERPRINT_SALT.
Output that can't be delivered waits in memory, then in a file. When both are full the newest lines are dropped, and counted at the end.`;

/**
 * `knell tap`: runs an agent and publishes what it prints. The action ends the process with the agent's exit code.
 */
export function tapCommand(): Command {
  return new Command('tap')
    .summary('run an agent, pass its output through unchanged, and publish it')
    .description(
      'Runs an agent, passes its output through byte for byte, and publishes it line by line to NATS. With --obey it also carries abort commands out, on the whole process tree.',
    )
    .usage('--agent A --execution E [options] -- COMMAND [ARGUMENTS…]')
    .requiredOption('--agent <id>', 'who runs', token)
    .requiredOption('--execution <id>', 'the piece of work that is being done', token)
    .option('--attempt <n>', 'which try of it this is', attempt, 1)
    .option('--runtime <name>', 'the program that is the agent: claude-code, codex, gemini, … or generic', headerValue)
    .option('--subscription <name>', 'the paid account whose token this run is meant to use', headerValue)
    .option('--obey', "carry knell's abort commands for this attempt out")
    .option('--nats <url>', 'the server, or several separated by commas (default: NATS_URL)')
    .option('--timeout-s <seconds>', 'after how long somebody else ends this run; only told on', positive)
    .option('--buffer-mb <n>', 'how much output may wait in memory while the server is away', megabytes, 8)
    .option('--spool-mb <n>', 'how much more may wait in a file; 0 for none', megabytes, 256)
    .option('--spool-dir <folder>', 'where that file is made (default: the temporary folder)')
    .addOption(time('--interrupt-grace <time>', 'with --obey: from SIGINT to SIGTERM', '2s'))
    .addOption(time('--terminate-grace <time>', 'with --obey: from SIGTERM to SIGKILL', '3s'))
    .addOption(time('--flush-timeout <time>', 'how long to wait at the end for what is not yet delivered', '5s'))
    .argument('<command...>', 'the agent and its arguments, after --')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(knell tap --help shows all options and examples)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .action(tap);
}

async function tap(words: string[], flags: TapFlags, program: Command): Promise<void> {
  const servers = flags.nats ?? process.env.NATS_URL;
  if (!servers) {
    return program.error('error: no server to publish to. Give one with --nats nats://HOST:4222, or set NATS_URL');
  }
  const { agent, execution, attempt, runtime, subscription, timeoutS } = flags;
  const run: Run = { agent, execution, attempt };
  const about = { ...(runtime ? { runtime } : {}), ...(subscription ? { subscription } : {}) };
  let link: TapLink;
  try {
    const { spoolDir } = flags;
    const prefix = process.env.KNELL_PREFIX;
    link = createNatsLink({
      servers,
      run,
      ...about,
      ...(prefix ? { prefix } : {}),
      memoryBytes: flags.bufferMb * MEGABYTE,
      spool: { maxBytes: flags.spoolMb * MEGABYTE, ...(spoolDir ? { dir: spoolDir } : {}) },
    });
  } catch (error) {
    return program.error(`error: ${(error as Error).message}`);
  }

  // Standard output is the agent's: the NATS client reports some broken connections with console.log.
  console.log = () => undefined;
  console.error = () => undefined;
  const [command = '', ...args] = words;
  // A fault in publishing must not take the agent down with the tap that holds its pipes.
  process.on('uncaughtException', (error) =>
    process.stderr.write(`knell tap: internal fault, the agent goes on: ${error.stack}\n`),
  );
  const { exitCode } = await runTap({
    ...about,
    run,
    command,
    args,
    link,
    obey: flags.obey ?? false,
    ...(timeoutS === undefined ? {} : { timeoutS }),
    interruptGraceMs: flags.interruptGrace,
    terminateGraceMs: flags.terminateGrace,
    flushMs: flags.flushTimeout,
  });
  // Timers and sockets of a server that never answers must not hold the exit up.
  process.exit(exitCode);
}

const MEGABYTE = 1024 * 1024;

function token(value: string): string {
  if (!Token.safeParse(value).success) {
    throw new InvalidArgumentError('Use 1 to 128 letters, digits, _ and -: it becomes part of a NATS subject.');
  }
  return value;
}

function attempt(value: string): number {
  const parsed = Attempt.safeParse(Number(value));
  if (!parsed.success || !/^[0-9]+$/.test(value)) throw new InvalidArgumentError('Use a whole number from 1.');
  return parsed.data;
}

function headerValue(value: string): string {
  if (!/^[^\u0000-\u001f\u007f]{1,256}$/.test(value) || value.trim() !== value) {
    throw new InvalidArgumentError('Use 1 to 256 characters without control characters or spaces around them.');
  }
  return value;
}

function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0 && Number.isFinite(number))) throw new InvalidArgumentError('Use a number of seconds above 0.');
  return number;
}

function megabytes(value: string): number {
  const number = Number(value);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(value) || number > 1_048_576) {
    throw new InvalidArgumentError('Use a number of megabytes from 0.');
  }
  return number;
}

function time(flags: string, description: string, usual: string): Option {
  return new Option(flags, description).argParser(duration).default(durationMs(usual), usual);
}

function duration(value: string): number {
  try {
    return durationMs(value);
  } catch {
    throw new InvalidArgumentError('Use a whole number and a unit, such as 500ms, 5s or 2m.');
  }
}
