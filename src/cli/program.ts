import { Command } from 'commander';
import { VERSION } from '../service/version.ts';

/** In the order in which `knell --help` lists them. A command is loaded when it is wanted: some take a quarter of a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  tap: async () => (await import('./tap/tap.ts')).tapCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  scan: async () => (await import('./scan.ts')).scanCommand(),
  why: async () => (await import('./why.ts')).whyCommand(),
  rules: async () => (await import('./rules/rules.ts')).rulesCommand(),
  eval: async () => (await import('./eval.ts')).evalCommand(),
  preflight: async () => (await import('./subscriptions/preflight.ts')).preflightCommand(),
  subscriptions: async () => (await import('./subscriptions/subscriptions.ts')).subscriptionsCommand(),
  probe: async () => (await import('./subscriptions/probe.ts')).probeCommand(),
  runs: async () => (await import('./runs.ts')).runsCommand(),
  dead: async () => (await import('./dead.ts')).deadCommand(),
  mode: async () => (await import('./mode.ts')).modeCommand(),
  keys: async () => (await import('./keys/keys.ts')).keysCommand(),
  nats: async () => (await import('./nats/nats.ts')).natsCommand(),
};

/**
 * The command line. Commands throw; only `main.ts` turns failures into exit codes.
 *
 * @param word its first word: where that is a command, no other is there; else all are
 */
export async function createProgram(word = ''): Promise<Command> {
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
  KNELL_RULES    the rules folder (or --rules; default: rules)
  KNELL_PREFIX   first token of every subject (default: knell)

Exit codes:
  0 done, nothing wrong found   1 it found something   2 bad usage or unreadable input   3 a server could not be reached

Examples:
  knell scan agent.log                              what would knell have said?
  knell why builder.e42.1                           why did it fail?
  knell serve --embedded                            the service, with a NATS server of its own
  knell tap --agent a1 --execution e7 --obey -- claude -p "fix the build" --output-format stream-json --verbose`,
    );
  const names = Object.hasOwn(COMMANDS, word) ? [word] : Object.keys(COMMANDS);
  for (const name of names) program.addCommand(await (COMMANDS[name] as () => Promise<Command>)());
  // Every command reports bad usage by throwing, so that the exit code is decided in one place.
  for (const command of withSubcommands(program)) command.exitOverride();
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
