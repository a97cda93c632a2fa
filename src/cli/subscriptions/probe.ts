import { Command, Option } from 'commander';
import { fingerprintSalt } from '../../contracts/fingerprint.ts';
import { formatTime } from '../../contracts/time.ts';
import { openProbes, openSubscriptions } from '../../nats/ensure-streams.ts';
import { createProbeLease } from '../../nats/store/probe-lease.ts';
import { createSubscriptionStore } from '../../nats/store/subscription-store.ts';
import { systemClock } from '../../pipeline/ports/ports.ts';
import { UsageError } from '../../service/config.ts';
import { type ProbeOutcome, probeAndRecord } from '../../subscriptions/probe/probe-and-record.ts';
import {
  heldCredential,
  PROVIDERS,
  type ProbedProvider,
  variablesOf,
} from '../../subscriptions/probe/probe-credential.ts';
import { EXIT } from '../exit-codes.ts';
import { natsOption } from '../nats-option.ts';
import { coloursFor } from '../terminal/colour.ts';
import { momentOf } from '../terminal/when.ts';
import { withNats } from '../with-nats.ts';
import { subscriptionDetails } from './subscription-table.ts';

interface ProbeOptions {
  readonly provider: ProbedProvider;
  readonly subscription?: string;
  readonly model?: string;
  readonly nats?: string;
  readonly json?: true;
}

/** `knell probe`: one minimal real request with the credential that lies here. Exits 1 when the provider refuses it. */
export function probeCommand(): Command {
  return new Command('probe')
    .description('try the credential in this environment with one minimal real request')
    .addOption(new Option('--provider <name>', 'whose credential it is').choices(PROVIDERS).makeOptionMandatory())
    .option('--subscription <id>', 'whose token it is, so that what is found is put down there')
    .option('--model <name>', 'ask this model (default: the smallest one)')
    .addOption(natsOption())
    .option('--json', 'print what was found')
    .addHelpText(
      'after',
      `
Run it where the credential lives: it goes to the provider and nowhere else; what is published is its fingerprint.
A credential is probed once a minute at most, over the whole fleet.

Exits 0 when the credential works or nothing was settled, 1 when the provider refuses it, 3 when a server is away.

Examples:
  knell probe --provider anthropic --subscription team-a
  ANTHROPIC_BASE_URL=http://gateway:8080 knell probe --provider anthropic --json`,
    )
    .action(async (options: ProbeOptions) => {
      const { provider, subscription, model } = options;
      const credential = heldCredential(provider, process.env);
      if (!credential) {
        throw new UsageError(`there is no credential for ${provider} here: set ${variablesOf(provider).join(' or ')}`);
      }
      const outcome = await withNats(options.nats, async (connection, _subjects, replicas) => {
        const store = createSubscriptionStore(await openSubscriptions(connection, replicas), () => undefined);
        const lease = createProbeLease(await openProbes(connection, { replicas }), `${process.pid}`);
        return probeAndRecord({
          provider,
          credential,
          env: process.env,
          store,
          lease,
          clock: systemClock,
          salt: fingerprintSalt(process.env),
          ...(model === undefined ? {} : { model }),
          ...(subscription === undefined ? {} : { subscription }),
        });
      });
      const { variable, kind } = credential;
      if (options.json) process.stdout.write(`${JSON.stringify(asJson(outcome, provider, kind))}\n`);
      else process.stdout.write(asText(outcome, variable, kind === 'api_key' ? subscription : undefined));
      const isRefused = outcome.result?.verdict === 'refused' || (!outcome.result && isOpen(outcome));
      process.exitCode = isRefused ? EXIT.found : EXIT.done;
    });
}

function isOpen({ record, fingerprint }: ProbeOutcome): boolean {
  return record?.fingerprint === fingerprint && record.breaker.state !== 'closed';
}

function asJson({ result, fingerprint, record }: ProbeOutcome, provider: string, kind: string): object {
  return {
    provider,
    kind,
    fingerprint,
    verdict: result?.verdict ?? 'probed_already',
    category: result?.verdict === 'refused' ? result.category : null,
    reset_at: result?.verdict === 'refused' && result.resetMs !== undefined ? formatTime(result.resetMs) : null,
    reason: result?.reason ?? 'this credential was probed less than a minute ago',
    recorded: record === undefined ? null : record.id,
  };
}

function asText({ result, fingerprint, record }: ProbeOutcome, variable: string, shadowed: string | undefined): string {
  const { green, red, yellow, dim } = coloursFor(process.stdout);
  const which = `${variable} ${dim(`(fingerprint ${fingerprint})`)}`;
  const lines: string[] = [];
  if (!result) lines.push(`${yellow('not probed')}  ${which}: it was probed less than a minute ago`);
  else {
    const paint = { works: green, refused: red, inconclusive: yellow }[result.verdict];
    const category = result.verdict === 'refused' ? `${result.category}: ` : '';
    lines.push(`${paint(result.verdict)}  ${which}`, `  ${category}${result.reason}`);
    if (result.verdict === 'refused' && result.resetMs !== undefined) {
      lines.push(`  resets ${momentOf(formatTime(result.resetMs), Date.now())}`);
    }
  }
  if (shadowed !== undefined) {
    lines.push(`  an API key shadows the token of ${shadowed}: this is about the key`);
  }
  if (record) lines.push(subscriptionDetails(record, Date.now()).trimEnd());
  else if (result && result.verdict !== 'inconclusive') lines.push('  not put down anywhere: name its --subscription');
  return `${lines.join('\n')}\n`;
}
