import { Command } from 'commander';
import { quoteOf } from '../../classify/quote-of.ts';
import { PreflightReply, PreflightRequest } from '../../contracts/preflight.ts';
import { UsageError } from '../../service/config.ts';
import { EXIT } from '../exit-codes.ts';
import { natsOption } from '../nats-option.ts';
import { coloursFor } from '../terminal/colour.ts';
import { ageOf, momentOf } from '../terminal/when.ts';
import { withNats } from '../with-nats.ts';
import { askService } from './ask-service.ts';

interface PreflightOptions {
  readonly subscription: string;
  readonly agent?: string;
  readonly fingerprint?: string;
  readonly nats?: string;
  readonly json?: true;
}

/** `knell preflight`: asks the running service whether a dispatch has a chance. Exits 1 when it is refused. */
export function preflightCommand(): Command {
  return new Command('preflight')
    .description('ask the running service: would a run on this subscription have a chance?')
    .requiredOption('--subscription <id>', 'the subscription it would use')
    .option('--agent <id>', 'the agent that would run: alternatives it knows come first')
    .option('--fingerprint <hash>', 'the token it would use (default: the one in use)')
    .addOption(natsOption())
    .option('--json', 'print the reply')
    .addHelpText(
      'after',
      `
Exits 0 when the subscription is serviceable or unknown, 1 when it is refused, 3 when no service answers.

Examples:
  knell preflight --subscription team-a && dispatch …
  knell preflight --subscription team-a --agent a1 --json`,
    )
    .action(async (options: PreflightOptions) => {
      const { subscription, agent, fingerprint } = options;
      const request = PreflightRequest.safeParse({ subscription, agent, fingerprint });
      if (!request.success) {
        const [issue] = request.error.issues;
        throw new UsageError(`--${issue?.path.join('.')}: ${issue?.message}`);
      }
      const reply = await withNats(options.nats, (connection, subjects) =>
        askService(connection, subjects.preflightCheck, request.data, PreflightReply),
      );
      process.stdout.write(options.json ? `${JSON.stringify(reply)}\n` : asText(reply, subscription));
      process.exitCode = reply.answer === 'refused' ? EXIT.found : EXIT.done;
    });
}

function asText(reply: PreflightReply, subscription: string): string {
  const colours = coloursFor(process.stdout);
  const paint = { serviceable: colours.green, refused: colours.red, unknown: colours.yellow }[reply.answer];
  const lines = [`${paint(reply.answer)}  ${colours.bold(subscription)}  ${reply.reason}`];
  if (reply.until) lines.push(`  one may try   ${momentOf(reply.until, Date.now())}`);
  for (const item of reply.evidence) {
    const age = reply.evidence_age_s === null ? '' : `, ${ageOf(reply.evidence_age_s * 1_000)} ago`;
    const said = quoteOf(item.excerpt);
    const where = `${item.stream} line ${item.line + 1}, ${item.event}${age}`;
    lines.push(`  evidence      ${reply.reason.includes(said) ? where : `${said} ${colours.dim(`(${where})`)}`}`);
  }
  if (reply.expires_at) lines.push(`  expires       ${momentOf(reply.expires_at, Date.now())}`);
  if (reply.alternatives.length > 0) lines.push(`  alternatives  ${reply.alternatives.join(', ')}`);
  return `${lines.join('\n')}\n`;
}
