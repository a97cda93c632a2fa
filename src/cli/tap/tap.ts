import { randomBytes } from 'node:crypto';
import { Command, CommanderError, Option } from 'commander';
import { GoesOn } from '../../contracts/log-headers.ts';
import type { Run } from '../../contracts/run.ts';
import { formatTime } from '../../contracts/time.ts';
import { canonicalRuntime } from '../../decode/canonical-runtime.ts';
import { readLogin } from '../../login/read-login.ts';
import type { NatsLinkOptions } from '../../nats/tap-link.ts';
import { readSecret, readTapEnvironment } from '../../service/config.ts';
import { readTrustedKeys } from '../../signing/keys.ts';
import type { AgentCommand } from '../../tap/command/agent-command.ts';
import { readCommand } from '../../tap/command/read-command.ts';
import { openTerminals } from '../../tap/process/native-ptys.ts';
import { UNGROUPED } from '../../tap/process/run-cgroup.ts';
import { runTap, type TapOptions } from '../../tap/run-tap.ts';
import { screenNotice, unreachedNotice, usedBeforeNotice } from '../../tap/tap-notices.ts';
import { natsOption } from '../nats-option.ts';
import { rulesOption } from '../rules-option.ts';
import { attempt, headerValue, megabytes, positive, time, token } from './tap-values.ts';

interface TapFlags {
  local?: boolean;
  agent?: string;
  execution?: string;
  attempt: number;
  runtime?: string;
  subscription?: string;
  obey?: boolean;
  goesOn?: GoesOn;
  pty?: boolean;
  rules?: string;
  report?: string;
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
  No server, nothing to set up: say what dooms an agent, or with --obey end it as soon as it is doomed:
    $ knell tap --local -- claude -p "review the diff" --output-format stream-json --verbose
    $ knell tap --local --obey --report failures.jsonl -- codex exec --json "fix the build"

  Watch an agent; nothing is ever done to it:
    $ knell tap --agent reviewer --execution 8f3a --nats nats://127.0.0.1:4222 -- claude -p "review the diff" --output-format stream-json

  An agent that opens a screen gets a terminal:
    $ knell tap --local --pty -- claude

  Second attempt of the same execution, and let knell end it when it is doomed:
    $ NATS_URL=nats://127.0.0.1:4222 knell tap --agent reviewer --execution 8f3a --attempt 2 \\
        --runtime claude-code --subscription team-a --obey -- claude -p "review the diff" --output-format stream-json

Exit code: the agent's own; 128 and the signal's number where a signal ended it; 125 where knell ended it;
127 where the command does not exist, 126 where it can't be executed; 2 for bad usage.

The agent finds its run in KNELL_RUN (agent.execution.attempt). The salt of the credential's fingerprint is KNELL_FINGERPRINT_SALT.
With --local, what is found is written to standard error, and nothing leaves this machine.
Output that can't be delivered to a server waits in memory, then in a file. When both are full the newest lines are dropped, and counted at the end.`;

/**
 * `knell tap`: runs an agent and publishes what it prints. The action ends the process with the agent's exit code.
 */
export function tapCommand(): Command {
  return new Command('tap')
    .summary('run an agent, pass its output through unchanged, and publish it or judge it here')
    .description(
      'Runs an agent, passes its output through byte for byte, and publishes it line by line to NATS; with --local it judges the output itself, without any server. With --obey it also carries abort commands out, on the whole process tree.',
    )
    .usage('(--local | --agent A --execution E) [options] -- COMMAND [ARGUMENTS…]')
    .option('--local', 'no server: decide in this process, and tell what is found on standard error')
    .option('--agent <id>', 'who runs (with --local: local)', token)
    .option('--execution <id>', 'the piece of work that is being done (with --local: made from the time)', token)
    .option('--attempt <n>', 'which try of it this is', attempt, 1)
    .option(
      '--runtime <name>',
      'the program that is the agent: claude-code, codex, … or generic (default: recognised from the command)',
      headerValue,
    )
    .option('--subscription <name>', 'the paid account whose token this run is meant to use', headerValue)
    .addOption(
      new Option(
        '--goes-on <what>',
        'what may follow a failure of the agent: turns (further prompts on its input) or commands (default: read from the command and its scripts)',
      ).choices(GoesOn.options),
    )
    .option('--obey', "carry knell's abort commands for this attempt out")
    .option(
      '--pty',
      'give the agent a terminal, for those that want one: what you type, colours, the size of the window',
    )
    .addOption(rulesOption())
    .option(
      '--report <file>',
      'with --local: write abort commands, failure records and notices there, a row of JSON each',
    )
    .addOption(natsOption())
    .option('--timeout-s <seconds>', 'after how long another program ends this run; only passed on', positive)
    .option('--buffer-mb <n>', 'how much output may wait in memory while the server is away', megabytes, 8)
    .option('--spool-mb <n>', 'how much more may wait in a file; 0 for none', megabytes, 256)
    .option('--spool-dir <folder>', 'where that file is made (default: the temporary folder)')
    .addOption(time('--interrupt-grace <time>', 'with --obey: from SIGINT to SIGTERM', '2s'))
    .addOption(time('--terminate-grace <time>', 'with --obey: from SIGTERM to SIGKILL', '3s'))
    .addOption(time('--flush-timeout <time>', 'how long to wait at the end for what is not yet delivered', '5s'))
    .argument('<command...>', 'the agent and its arguments, after --')
    .addHelpText('after', EXAMPLES)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .configureOutput({ outputError: (text, write) => write(withSeparatorHint(text)) })
    .action(tap);
}

async function tap(words: string[], flags: TapFlags, program: Command): Promise<void> {
  const { agent, execution, attempt, runtime, subscription, timeoutS } = readRun(flags, program);
  const run: Run = { agent, execution, attempt };
  const obey = flags.obey ?? false;
  let surroundings: Pick<TapOptions, 'link' | 'clock' | 'onStderrReady' | 'terminals'>;
  const reading = await readCommand(words);
  const { unattended, ...agentAbout } = agentOf(reading.agent, runtime);
  const goesOn = flags.goesOn ?? reading.goesOn;
  const about = { ...agentAbout, ...(goesOn && { goesOn }), ...(subscription ? { subscription } : {}) };
  try {
    const { rules, report } = flags;
    const terminals = flags.pty ? openTerminals() : undefined;
    await checkRuntime(runtime, rules);
    // Each way loads what it needs: the one without a server all of the rules' engine, the other a NATS client.
    surroundings = flags.local
      ? await (await import('./local-tap.ts')).prepareLocalTap({
          run,
          ...about,
          obey,
          ...(rules ? { rules } : {}),
          ...(report ? { report } : {}),
        })
      : await natsSurroundings(run, about, flags, program);
    if (terminals) surroundings = { ...surroundings, terminals };
  } catch (error) {
    // Said already.
    if (error instanceof CommanderError) throw error;
    return program.error(`error: ${(error as Error).message}`);
  }

  // To a person: a program that starts an agent like this gets the agent's own answer.
  if (unattended !== undefined && process.stdin.isTTY && !flags.pty)
    process.stderr.write(`${screenNotice(unattended)}\n`);
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
    ...surroundings,
    run,
    command,
    args,
    reading,
    obey,
    // To a person, for the same reason.
    onUngrouped: () => {
      if (process.stdin.isTTY) process.stderr.write(`knell tap: ${UNGROUPED}\n`);
    },
    ...(timeoutS === undefined ? {} : { timeoutS }),
    interruptGraceMs: flags.interruptGrace,
    terminateGraceMs: flags.terminateGrace,
    flushMs: flags.flushTimeout,
  });
  // Timers and sockets of a server that never answers must not hold the exit up.
  process.exit(exitCode);
}

/** What the command says of the agent. A runtime that is named counts; its flags say how it prints only if it is the command's. */
function agentOf(fromWords: AgentCommand | undefined, named: string | undefined): Partial<AgentCommand> {
  if (named === undefined) return fromWords ?? {};
  return fromWords?.runtime === canonicalRuntime(named) ? { ...fromWords, runtime: named } : { runtime: named };
}

/**
 * A name that no decoder knows may be one that a pack makes known: only then are the rules read.
 *
 * @throws {UsageError} for a name that is not known
 */
async function checkRuntime(name: string | undefined, rules: string | undefined): Promise<void> {
  if (name === undefined || (await import('../../decode/decoders.ts')).isKnownRuntime(name)) return;
  const { rulesFrom } = await import('../load-packs.ts');
  const { runtimes } = await rulesFrom(rules).catch(() => ({ runtimes: [] }));
  (await import('../runtime-option.ts')).knownRuntime(name, runtimes);
}

/** The flags with the run named, or bad usage. */
function readRun(flags: TapFlags, program: Command): TapFlags & Run {
  const { local, agent = local ? 'local' : undefined, execution = local ? executionNow() : undefined } = flags;
  if (agent === undefined || execution === undefined) {
    const missing = agent === undefined ? '--agent <id>' : '--execution <id>';
    return program.error(
      `error: required option '${missing}' not specified. Or use --local, which needs none and no server`,
    );
  }
  if (local && flags.nats !== undefined) {
    return program.error('error: --local needs no server: leave --nats out, or leave --local out to publish to it');
  }
  const misplaced = flags.report !== undefined ? '--report' : rulesGiven(program);
  if (!local && misplaced) {
    return program.error(`error: ${misplaced} is for --local: without it the service decides, by its own rules`);
  }
  return { ...flags, agent, execution };
}

/** `--rules`, where it was given on the command line: the environment may mean another command. */
function rulesGiven(program: Command): '--rules' | false {
  return program.getOptionValueSource('rules') === 'cli' && '--rules';
}

/** An execution id that tells when it began, and is not taken by another that began then: `20261122T170442-8f3a`. */
function executionNow(): string {
  const time = formatTime(Date.now()).replace(/[-:]|\..*$/g, '');
  return `${time}-${randomBytes(2).toString('hex')}`;
}

/** @throws {Error} when the login or the prefix can't be used; the message is for the user */
async function natsSurroundings(
  run: Run,
  about: Pick<NatsLinkOptions, 'runtime' | 'format' | 'goesOn' | 'subscription'>,
  flags: TapFlags,
  program: Command,
): Promise<Pick<TapOptions, 'link' | 'onStderrReady'>> {
  const environment = readTapEnvironment(process.env);
  const login = readLogin(flags.nats, environment);
  if (!login) {
    return program.error(
      'error: no server to publish to. Give one with --nats nats://HOST:4222, or set NATS_URL. Or use --local, which needs none',
    );
  }
  const { spoolDir } = flags;
  const { createNatsLink } = await import('../../nats/tap-link.ts');
  const { KNELL_PUBLIC_KEYS, KNELL_PUBLIC_KEYS_FILE } = environment;
  const keys = readSecret('KNELL_PUBLIC_KEYS', KNELL_PUBLIC_KEYS, KNELL_PUBLIC_KEYS_FILE);
  let say: (line: string) => void = () => undefined;
  const link = createNatsLink({
    login,
    run,
    ...about,
    prefix: environment.KNELL_PREFIX,
    ...(keys === undefined ? {} : { trusted: readTrustedKeys(keys) }),
    onRefusedOrder: (why) => say(`knell tap: ${why}`),
    onUsedBefore: (how) => say(usedBeforeNotice(run, how)),
    onUnreached: (problem) => say(unreachedNotice(problem, flags.obey ?? false)),
    memoryBytes: flags.bufferMb * MEGABYTE,
    spool: { maxBytes: flags.spoolMb * MEGABYTE, ...(spoolDir ? { dir: spoolDir } : {}) },
  });
  return {
    link,
    onStderrReady(ready) {
      say = ready;
    },
  };
}

const MEGABYTE = 1024 * 1024;

/** Bad usage, with what most often causes it: the agent's command without `--` before it. */
function withSeparatorHint(text: string): string {
  const isLikely =
    text.includes('missing required argument') || (text.includes('unknown option') && !process.argv.includes('--'));
  if (!isLikely) return text;
  return text.replace(/\n$/, '. The agent\'s command stands behind --, as in: knell tap --local -- claude -p "…"\n');
}
