import { Command, Option } from 'commander';
import type { NatsConnection } from 'nats';
import { isOfLaterUse } from '../classify/apply-run-event.ts';
import { type RunFilter, RunPhase } from '../contracts/api/run-row.ts';
import { CATEGORIES } from '../contracts/categories.ts';
import { parseRunKey } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';
import { excerpt } from '../decode/excerpt.ts';
import { normaliseText } from '../decode/normalise-text.ts';
import { openRuns } from '../nats/ensure-streams.ts';
import { createLogHistory } from '../nats/log-history.ts';
import { createRunStore } from '../nats/store/run-store.ts';
import type { LastOutput } from '../pipeline/ports/ports.ts';
import { nearestWord } from '../ruleset/findings/nearest-word.ts';
import { UsageError } from '../service/config.ts';
import { describeRun } from './describe-run.ts';
import { listRuns } from './list-runs.ts';
import { natsOption } from './nats-option.ts';
import { tellOutages } from './tell-outages.ts';
import { coloursFor } from './terminal/colour.ts';
import { sinceOption } from './terminal/since.ts';
import { withNats } from './with-nats.ts';

interface RunsOptions {
  readonly nats?: string;
  readonly json?: true;
}

interface ListOptions extends RunsOptions, Pick<RunFilter, 'agent' | 'category' | 'subscription' | 'state'> {
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly follow?: true;
}

/** `knell runs`: what knell remembers of runs. */
export function runsCommand(): Command {
  const runs = new Command('runs').description(
    'what knell knows of runs: state, last words, suspicions, verdict, timings',
  );
  runs
    .command('list')
    .description('the runs that are remembered, newest first')
    .addOption(new Option('--state <name>', 'those that are in it').choices(RunPhase.options))
    .option('--category <name>', 'those of this category, or of one of this family: auth.token_expired, auth')
    .option('--agent <id>', 'those of this agent')
    .option('--subscription <id>', 'those on this subscription')
    .addOption(sinceOption('those that began since then'))
    .option('--follow', 'then each change, as it comes, until Ctrl-C')
    .addOption(natsOption())
    .option('--json', 'one run state a row')
    .addHelpText(
      'after',
      `
Examples:
  knell runs list --state suspected
  knell runs list --category auth --since 2h
  knell runs list --agent builder --follow`,
    )
    .action(async ({ nats, follow, json, since, ...wanted }: ListOptions) => {
      if (wanted.category !== undefined) knownCategory(wanted.category);
      const filter = { ...wanted, ...(since !== undefined && { since: new Date(since).toISOString() }) };
      const list = async (connection: NatsConnection, _: unknown, replicas: number, over: AbortSignal) => {
        if (follow) void tellOutages(connection);
        const store = createRunStore(await openRuns(connection, replicas), () => undefined);
        await listRuns(store, filter, { json: json === true, follow: follow === true, over });
      };
      await withNats(nats, list, { follows: follow === true });
    });
  runs
    .command('show')
    .description('one run')
    .argument('<run>', 'agent.execution.attempt')
    .addOption(natsOption())
    .option('--json', 'print it as JSON')
    .action(async (key: string, options: RunsOptions) => {
      const run = parseRunKey(key);
      if (!run) throw new UsageError(`"${key}" names no run: write agent.execution.attempt, e.g. builder.e42.1`);
      const found = await withNats(options.nats, async (connection, subjects, replicas) => {
        const store = createRunStore(await openRuns(connection, replicas), () => undefined);
        const history = createLogHistory(await connection.jetstreamManager(), subjects);
        const [known, last] = [await store.get(run), await history.lastOutput(run)];
        const isOther = known && last && isOfLaterUse(known.state, last.atMs);
        return { known, last: isOther ? undefined : last };
      });
      if (!found.known || found.known.isUnreadable)
        throw new UsageError(`nothing is known of ${key}: it said nothing that mattered, and no run event came`);
      process.stdout.write(
        options.json
          ? asJson(found.known.state, found.last)
          : describeRun(found.known.state, found.last, coloursFor(process.stdout)),
      );
    });
  return runs;
}

/** @throws {UsageError} for a word that is neither a category nor a family of them */
function knownCategory(word: string): void {
  const families = CATEGORIES.map((category) => category.slice(0, category.indexOf('.')));
  const known = [...new Set([...families, ...CATEGORIES])];
  if (known.includes(word)) return;
  const nearest = nearestWord(word, known);
  const hint =
    nearest === undefined ? `The families are ${[...new Set(families)].join(', ')}` : `Did you mean ${nearest}?`;
  throw new UsageError(`there is no category "${word}". ${hint}`);
}

function asJson(state: RunState, last: LastOutput | undefined): string {
  return `${JSON.stringify({ ...state, last_words: last && { text: excerpt(normaliseText(last.text)), stream: last.stream, at_ms: last.atMs } })}\n`;
}
