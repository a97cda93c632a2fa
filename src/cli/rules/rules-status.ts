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
    .addHelpText('after', '\nExits 1 when a worker refused what is published.\n\nExamples:\n  knell rules status')
    .action(async (options: { readonly nats?: string; readonly json?: true }) => {
      const { pointers, history, workers } = await withRules(options.nats, async (stores) => {
        const names = await stores.pointers.names();
        const read = await Promise.all(names.map((name) => stores.pointers.get(name)));
        return {
          pointers: read.flatMap((entry) => entry?.pointer ?? []),
          history: (await stores.pointers.history('active')).toReversed(),
          workers: await stores.workers.list(),
        };
      });
      process.stdout.write(
        options.json ? `${JSON.stringify({ pointers, history, workers })}\n` : asText(pointers, history, workers),
      );
      if (workers.some(({ refused, candidate }) => refused ?? candidate?.refused)) process.exitCode = EXIT.found;
    });
}

/** Which candidate a worker tries, and on how many runs it has. */
function triedOn({ digest = '', tried, left_out }: NonNullable<WorkerRules['candidate']>): string {
  return `${short(digest)} on ${tried} runs${left_out > 0 ? `, ${left_out} left out` : ''}`;
}

function asText(
  pointers: readonly RulesPointer[],
  history: readonly RulesPointer[],
  workers: readonly WorkerRules[],
): string {
  const colours = coloursFor(process.stdout);
  const nowMs = Date.now();
  const named = (digest: string | undefined): string => (digest === undefined ? '–' : short(digest));
  const published =
    pointers.length === 0
      ? 'Nothing is published: each worker runs the rules of its folder.\n'
      : table(
          ['pointer', 'rules', 'move', 'by', 'when', 'why'],
          pointers.map((p) => [p.name, named(p.digest), `${p.serial}`, p.by, momentOf(p.at, nowMs), p.why]),
        );
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
      source,
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
    published,
    ...(history.length > 1 ? [moves] : []),
    workersText,
    ...(reasons.length > 0 ? [reasons.join('')] : []),
  ].join('\n');
}
