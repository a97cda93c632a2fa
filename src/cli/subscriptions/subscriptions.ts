import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import type { NatsConnection } from 'nats';
import { fingerprintOf, fingerprintSalt } from '../../contracts/fingerprint.ts';
import type { Subjects } from '../../contracts/subjects.ts';
import type { HolderKind, SubscriptionRecord } from '../../contracts/subscription.ts';
import { type SetSubscription, SubscriptionChanged, SubscriptionPage } from '../../contracts/subscription-api.ts';
import { formatTime } from '../../contracts/time.ts';
import { UsageError } from '../../service/config.ts';
import { natsOption } from '../nats-option.ts';
import { withNats } from '../with-nats.ts';
import { askService } from './ask-service.ts';
import { subscriptionDetails, subscriptionTable } from './subscription-table.ts';

interface CommonOptions {
  readonly nats?: string;
  readonly json?: true;
  readonly by?: string;
  readonly kind: HolderKind;
}

interface ListOptions extends CommonOptions {
  readonly provider?: string;
  readonly agent?: string;
  readonly removed?: true;
}

interface SetOptions extends CommonOptions {
  readonly name?: string;
  readonly provider?: string;
  readonly fingerprint?: string;
  readonly tokenEnv?: string;
  readonly issued?: string;
  readonly expires?: string;
  readonly clear?: true;
}

/** `knell subscriptions list|set|remove`: what is known of subscriptions and their expiry. */
export function subscriptionsCommand(): Command {
  const group = new Command('subscriptions').description(
    'what is known of subscriptions, their tokens and their expiry',
  );
  for (const command of [listCommand(), setCommand(), removeCommand()]) group.addCommand(command);
  for (const command of [group, ...group.commands]) command.exitOverride();
  return group;
}

const jsonOption = () => new Option('--json', 'print the records, one a row');
const byOption = () => new Option('--by <name>', 'who asks, for the audit (default: your user name)');
const kindOption = () =>
  new Option('--kind <kind>', 'what it is').choices(['subscription', 'api_key']).default('subscription');

function listCommand(): Command {
  return new Command('list')
    .description('show what is known; with an id everything that is known of it')
    .argument('[id]')
    .option('--provider <name>', 'only this provider')
    .option('--agent <id>', 'only what this agent uses')
    .option('--removed', 'what was removed too')
    .addOption(natsOption())
    .addOption(jsonOption())
    .action(async (id: string | undefined, options: ListOptions) => {
      const { provider, agent, removed } = options;
      const records = await withNats(options.nats, (connection, subjects) =>
        listAll(connection, subjects, { id, provider, agent, removed }),
      );
      if (id !== undefined && records.length === 0) throw new UsageError(`there is no subscription ${id}`);
      if (options.json) process.stdout.write(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      else if (id === undefined) process.stdout.write(subscriptionTable(records, Date.now()));
      else process.stdout.write(records.map((record) => subscriptionDetails(record, Date.now())).join('\n'));
    });
}

async function listAll(connection: NatsConnection, subjects: Subjects, filter: object): Promise<SubscriptionRecord[]> {
  const records: SubscriptionRecord[] = [];
  let after: string | null = null;
  do {
    const request: object = { ...filter, limit: 200, ...(after === null ? {} : { after }) };
    const page: SubscriptionPage = await askService(
      connection,
      subjects.subscriptions('list'),
      request,
      SubscriptionPage,
    );
    records.push(...page.subscriptions);
    after = page.next;
  } while (after !== null);
  return records;
}

function setCommand(): Command {
  return new Command('set')
    .description('register a subscription, or put down what you know of it')
    .argument('<id>')
    .option('--name <name>', 'what people call it')
    .option('--provider <name>', 'anthropic, openai, google, …')
    .option('--fingerprint <hash>', 'fingerprint of the token now in use; another one than before starts over')
    .option('--token-env <variable>', 'the same, made from the token in this variable; the token stays here')
    .option('--issued <date>', 'when the token was made, e.g. 2026-11-22')
    .option('--expires <date>', 'when the token ends, or "unknown"')
    .option('--clear', 'forget what is held against the token in use')
    .addOption(kindOption())
    .addOption(byOption())
    .addOption(natsOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  knell subscriptions set team-a --provider anthropic --issued 2026-11-22
  knell subscriptions set team-a --token-env CLAUDE_CODE_OAUTH_TOKEN     after the token was replaced`,
    )
    .action(async (id: string, options: SetOptions) => {
      const request = { id, by: options.by ?? userInfo().username, ...readSettings(options) };
      const { subscription } = await withNats(options.nats, (connection, subjects) =>
        askService(connection, subjects.subscriptions('set'), request, SubscriptionChanged),
      );
      print(subscription, options);
    });
}

function readSettings(options: SetOptions): Partial<SetSubscription> {
  const { name, provider, clear, kind, issued, expires } = options;
  const fingerprint = options.fingerprint ?? fingerprintFrom(options.tokenEnv);
  return {
    kind,
    ...(name === undefined ? {} : { name }),
    ...(provider === undefined ? {} : { provider }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(issued === undefined ? {} : { issued_at: readDate('--issued', issued) }),
    ...(expires === undefined ? {} : { expires_at: expires === 'unknown' ? null : readDate('--expires', expires) }),
    ...(clear === undefined ? {} : { clear }),
  };
}

function fingerprintFrom(variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const token = process.env[variable];
  if (!token?.trim()) throw new UsageError(`--token-env: there is no token in ${variable}`);
  return fingerprintOf(token, fingerprintSalt(process.env));
}

function readDate(option: string, text: string): string {
  const ms = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new UsageError(`${option}: "${text}" is no date: write 2026-11-22 or an RFC 3339 time`);
  return formatTime(ms);
}

function removeCommand(): Command {
  return new Command('remove')
    .description('take a subscription out; it comes back when a run is started with it')
    .argument('<id>')
    .addOption(kindOption())
    .addOption(byOption())
    .addOption(natsOption())
    .addOption(jsonOption())
    .action(async (id: string, options: CommonOptions) => {
      const request = { id, kind: options.kind, by: options.by ?? userInfo().username };
      const { subscription } = await withNats(options.nats, (connection, subjects) =>
        askService(connection, subjects.subscriptions('remove'), request, SubscriptionChanged),
      );
      process.stdout.write(options.json ? `${JSON.stringify(subscription)}\n` : `removed ${id}\n`);
    });
}

function print(record: SubscriptionRecord, options: CommonOptions): void {
  process.stdout.write(options.json ? `${JSON.stringify(record)}\n` : subscriptionDetails(record, Date.now()));
}
