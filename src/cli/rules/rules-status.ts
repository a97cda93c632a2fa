import { Command } from 'commander';
import { short } from '../../bundles/archive.ts';
import type { RulesPointer } from '../../contracts/rules-pointer.ts';
import type { WorkerRules } from '../../contracts/worker-rules.ts';
import { EXIT } from '../exit-codes.ts';
import { natsOption } from '../nats-option.ts';
import { coloursFor } from '../terminal/colour.ts';
import { table } from '../terminal/table.ts';
import { momentOf } from '../terminal/when.ts';
import { withRules } from './published.ts';

/** How many moves of `active` are shown. */
const MOVES_SHOWN = 10;

/** `knell rules status`: what is published, and what each worker runs. */
export function rulesStatusCommand(): Command {
  return new Command('status')
    .description('which rules are published, and which each worker runs, since when, and why it refused others')
    .addOption(natsOption())
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nExits 1 when a worker refused what is published, or what is published can not be read.\n\nExamples:\n  knell rules status',
    )
    .action(async (options: { readonly nats?: string; readonly json?: true }) => {
      const { pointers, unreadable, history, workers } = await withRules(options.nats, async (stores) => {
        const names = await stores.pointers.names();
        const read = await Promise.all(names.map((name) => stores.pointers.get(name)));
        return {
          pointers: read.flatMap((entry) => entry?.pointer ?? []),
          unreadable: names.filter((_, index) => read[index] && !read[index]?.pointer),
          history: (await stores.pointers.history('active')).toReversed(),
          workers: await stores.workers.list(),
        };
      });
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ pointers, unreadable, history, workers })}\n`
          : asText({ pointers, unreadable, history, workers }),
      );
      const isRefused = workers.some(({ refused, candidate }) => refused ?? candidate?.refused);
      if (isRefused || unreadable.length > 0) process.exitCode = EXIT.found;
    });
}

interface Status {
  readonly pointers: readonly RulesPointer[];
  /** The pointers whose entry is none. */
  readonly unreadable: readonly string[];
  /** Of `active`, newest first. */
  readonly history: readonly RulesPointer[];
  readonly workers: readonly WorkerRules[];
}

const named = (digest: string | undefined): string => (digest === undefined ? '–' : short(digest));

/** Which candidate a worker tries, and on how many runs it has. */
function triedOn({ digest = '', tried, left_out }: NonNullable<WorkerRules['candidate']>): string {
  return `${short(digest)} on ${tried} runs${left_out > 0 ? `, ${left_out} left out` : ''}`;
}

/** Where the rules come from that a worker runs. */
const SOURCES: Readonly<Record<WorkerRules['source'], string>> = {
  folder: 'its folder',
  published: 'published',
  last_good: 'kept on disk',
};

/** What is published, or why that is nothing, and what workers run then. */
function publishedText({ pointers, unreadable, workers }: Status, nowMs: number): string {
  const unread = unreadable.map(
    (name) => `What stands under "${name}" is no pointer: workers go on with what they run. Publish again.\n`,
  );
  if (pointers.length > 0) {
    const rows = pointers.map((p) => [p.name, named(p.digest), `${p.serial}`, p.by, momentOf(p.at, nowMs), p.why]);
    return [table(['pointer', 'rules', 'move', 'by', 'when', 'why'], rows), ...unread].join('');
  }
  if (unread.length > 0) return unread.join('');
  return workers.some(({ source }) => source !== 'folder')
    ? 'Nothing is published any more: workers run what they took last, and those that start run it from their disk, else their folder.\n'
    : 'Nothing is published: each worker runs the rules of its folder.\n';
}

/** What it means that workers run rules from their disk. */
function lastGoodText(workers: readonly WorkerRules[]): string[] {
  const kept = workers.filter(({ source }) => source === 'last_good');
  if (kept.length === 0) return [];
  const names = kept.map(({ worker }) => worker).join(', ');
  const [whose, them] = kept.length === 1 ? ['its', 'It'] : ['their', 'They'];
  return [
    `${names}: started with the last rules that it took, from ${whose} disk, and can follow nothing that is published now. ${them} will take the next publication that is right.\n`,
  ];
}

function asText(status: Status): string {
  const { history, workers } = status;
  const colours = coloursFor(process.stdout);
  const nowMs = Date.now();
  const moves = table(
    ['active', 'action', 'by', 'when', 'why'],
    history.slice(0, MOVES_SHOWN).map((p) => [named(p.digest), p.action, p.by, momentOf(p.at, nowMs), p.why]),
  );
  const running = table(
    ['worker', 'host', 'group', 'rules', 'from', 'since', 'candidate', 'refused'],
    workers.map(({ worker, host, group = '–', digest, source, since, refused, candidate }) => [
      worker,
      host,
      group,
      short(digest),
      SOURCES[source],
      momentOf(since, nowMs),
      candidate?.digest === undefined ? '–' : triedOn(candidate),
      [refused, candidate?.refused]
        .flatMap((one) => (one ? colours.red(`${named(one.digest)}: ${one.findings[0]?.code}`) : []))
        .join(', '),
    ]),
  );
  const reasons = workers.flatMap(({ worker, refused, candidate }) =>
    [refused, candidate?.refused]
      .flatMap((one) => one?.findings ?? [])
      .map(({ code, message }) => `${worker} refused: ${code}: ${message}\n`),
  );
  const workersText = workers.length === 0 ? 'No worker runs.\n' : running;
  return [
    publishedText(status, nowMs),
    ...(history.length > 1 ? [moves] : []),
    workersText,
    ...lastGoodText(workers),
    ...(reasons.length > 0 ? [reasons.join('')] : []),
  ].join('\n');
}
