import { Command } from 'commander';
import { VERSION } from '../service/version.ts';

interface CommandEntry {
  /** What `knell --help` says of it. It stands here so that help loads no command. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** In the order in which `knell --help` lists them. Only the command that runs is loaded: some take a quarter of a second. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  tap: {
    summary: 'run an agent, pass its output through unchanged, and publish it or judge it here',
    load: async () => (await import('./tap/tap.ts')).tapCommand(),
  },
  serve: {
    summary: "run the service: read agents' output from NATS, publish abort commands and failure records",
    load: async () => (await import('./serve.ts')).serveCommand(),
  },
  scan: {
    summary: 'classify a finished log: what would knell have said?',
    load: async () => (await import('./scan.ts')).scanCommand(),
  },
  why: {
    summary: 'why a run failed: what ended it, who said so, the evidence, and what to do',
    load: async () => (await import('./why.ts')).whyCommand(),
  },
  rules: {
    summary: 'the rule author\'s tools; start with "knell rules copy" and its README.md',
    load: async () => (await import('./rules/rules.ts')).rulesCommand(),
  },
  eval: {
    summary: 'run a labelled corpus: abort precision and recall, category accuracy, and each miss',
    load: async () => (await import('./eval.ts')).evalCommand(),
  },
  preflight: {
    summary: 'ask the running service: would a run on this subscription have a chance?',
    load: async () => (await import('./subscriptions/preflight.ts')).preflightCommand(),
  },
  subscriptions: {
    summary: 'what is known of subscriptions, their tokens and their expiry',
    load: async () => (await import('./subscriptions/subscriptions.ts')).subscriptionsCommand(),
  },
  probe: {
    summary: 'try the credential in this environment with one minimal real request',
    load: async () => (await import('./subscriptions/probe.ts')).probeCommand(),
  },
  runs: {
    summary: 'what knell knows of runs: state, last words, suspicions, verdict, timings',
    load: async () => (await import('./runs.ts')).runsCommand(),
  },
  watch: {
    summary: 'follow the fleet live: abort commands, failure records and notices as they come',
    load: async () => (await import('./watch/watch.ts')).watchCommand(),
  },
  doctor: {
    summary: 'look at server, login, streams, workers, rules, keys, clocks and this host, and say what to mend',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
  },
  dead: {
    summary: 'messages that could not be handled: what failed, why, and another try',
    load: async () => (await import('./dead.ts')).deadCommand(),
  },
  mode: {
    summary: 'show or set, for all workers at once, whether runs are ended (enforce) or only watched (shadow)',
    load: async () => (await import('./mode.ts')).modeCommand(),
  },
  keys: {
    summary: 'keys that abort commands are signed with (Ed25519)',
    load: async () => (await import('./keys/keys.ts')).keysCommand(),
  },
  nats: {
    summary: 'what a NATS server has to be configured with',
    load: async () => (await import('./nats/nats.ts')).natsCommand(),
  },
  completions: {
    summary: 'print a completion script for your shell',
    load: async () => (await import('./completions/completions.ts')).completionsCommand(() => createProgram('all')),
  },
};

/**
 * The command line. Commands throw; only `main.ts` turns failures into exit codes.
 *
 * @param words what follows `knell`. Only the command that they name, or want help for, is loaded; of the others there
 *   is the name and what they are for. `all` loads every one
 */
export async function createProgram(words: readonly string[] | 'all' = []): Promise<Command> {
  const program = new Command('knell')
    .description('Ends doomed coding-agent runs: asks who said it before what was said.')
    .version(VERSION)
    .showHelpAfterError('(add --help for what it takes)')
    .addHelpText(
      'after',
      `
Environment:
  NATS_URL       the NATS server, e.g. nats://127.0.0.1:4222 (or --nats)
  NATS_CONTEXT, NATS_CREDS, NATS_NKEY, NATS_USER, NATS_CA …: how to log in, as the nats command line has them
  KNELL_RULES    the rules folder (or --rules; default: rules here, else what comes with knell; for tap, scan and why the latter)
  KNELL_PREFIX   first token of every subject (default: knell)

Exit codes:
  0 done, nothing wrong found   1 it found something   2 bad usage or unreadable input   3 a server could not be reached
  What you name and is not there (a run, a file, a rule, a subscription) is bad usage: 2.

Examples:
  knell scan agent.log                              what would knell have said?
  knell why builder.e42.1                           why did it fail?
  knell doctor                                      is everything as it should be?
  knell serve --embedded                            the service, with a NATS server of its own
  knell tap --agent a1 --execution e7 --obey -- claude -p "fix the build" --output-format stream-json --verbose`,
    );
  const [first, second] = words === 'all' ? [] : words.filter((word) => !word.startsWith('-'));
  const wanted = first === 'help' ? second : first;
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const isWanted = words === 'all' || name === wanted;
    program.addCommand(isWanted ? await load() : new Command(name).summary(summary));
  }
  if (wanted === 'version') program.addCommand(versionCommand(), { hidden: true });
  // Every command reports bad usage by throwing, so that the exit code is decided in one place.
  for (const command of withSubcommands(program)) command.exitOverride();
  for (const command of program.commands.flatMap(withSubcommands)) {
    command.showHelpAfterError(`(${pathOf(command)} --help shows what it takes)`);
  }
  if (first === 'help' && second !== undefined && !Object.hasOwn(COMMANDS, second))
    program.error(`error: unknown command '${second}'`);
  return program;
}

/** What other programs take for `--version`. */
function versionCommand(): Command {
  return new Command('version').action(() => {
    process.stdout.write(`${VERSION}\n`);
  });
}

/** A command's name behind those it stands below: `knell rules check`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
