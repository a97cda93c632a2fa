import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { evalCommand } from './eval.ts';
import { modeCommand } from './mode.ts';
import { preflightCommand } from './preflight.ts';
import { probeCommand } from './probe.ts';
import { rulesCommand } from './rules.ts';
import { runsCommand } from './runs.ts';
import { scanCommand } from './scan.ts';
import { serveCommand } from './serve.ts';
import { subscriptionsCommand } from './subscriptions.ts';
import { tapCommand } from './tap.ts';

/** The whole command line. Commands throw; only `main.ts` turns failures into exit codes. */
export function createProgram(): Command {
  const program = new Command('knell')
    .description('Ends doomed coding-agent runs: asks who said it before what was said.')
    .version(VERSION)
    .showHelpAfterError('(add --help for what it takes)')
    .addHelpText(
      'after',
      `
Environment:
  NATS_URL       the NATS server, e.g. nats://127.0.0.1:4222 (or --nats)
  KNELL_RULES    the rules folder (or --rules; default: rules)
  KNELL_PREFIX   first token of every subject (default: knell)

Exit codes:
  0 done, nothing wrong found   1 it found something   2 bad usage or unreadable input   3 a server could not be reached

Examples:
  knell scan agent.log                              what would knell have said?
  knell serve --embedded                            the service, with a NATS server of its own
  knell tap --agent a1 --execution e7 --obey -- claude -p "fix the build" --output-format stream-json --verbose`,
    );
  const commands = [
    tapCommand(),
    serveCommand(),
    scanCommand(),
    rulesCommand(),
    evalCommand(),
    preflightCommand(),
    subscriptionsCommand(),
    probeCommand(),
    runsCommand(),
    modeCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  // Every command reports bad usage by throwing, so that the exit code is decided in one place.
  for (const command of withSubcommands(program)) command.exitOverride();
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
