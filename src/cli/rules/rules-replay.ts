import { Command } from 'commander';
import {
  type ReplayedRun,
  type ReplayVerdict,
  replayRun,
  type StoredRun,
  summariseReplay,
} from '../../authoring/replay/replay-run.ts';
import { short } from '../../bundles/archive.ts';
import { UsageError } from '../../service/config.ts';
import { EXIT } from '../exit-codes.ts';
import { findLogs } from '../logs/find-logs.ts';
import { openLog } from '../logs/open-log.ts';
import { natsOption } from '../nats-option.ts';
import { rulesFolder, rulesOption } from '../rules-option.ts';
import { coloursFor } from '../terminal/colour.ts';
import { createProgress } from '../terminal/progress.ts';
import { sinceOption } from '../terminal/since.ts';
import { openNamed } from './published.ts';
import { eachStoredRun } from './stored-runs.ts';

interface ReplayOptions {
  readonly rules?: string;
  readonly against?: string;
  readonly since: number;
  readonly nats?: string;
  readonly json?: true;
}

/** `knell rules replay`: what rules would have done with runs that are over. */
export function rulesReplayCommand(): Command {
  return new Command('replay')
    .description('what rules would have done with runs that are over: in log files, or in the stream KNELL_LOGS')
    .argument('[files...]', 'log files or folders; nothing: the stream')
    .addOption(rulesOption())
    .option('--against <rules>', 'compare with these: a folder, a bundle, a digest, or "active" or "candidate"')
    .addOption(sinceOption('the runs of the stream that have said anything since then', '24h'))
    .addOption(natsOption())
    .option('--json', 'one row a run on which there is something to say, then a summary')
    .addHelpText(
      'after',
      `
--rules takes what --against does. How a run ended is known where its exit is in KNELL_RUNS. Two replays of the same runs with
the same rules print the same. Exits 1 when a run that succeeded would have been ended, or anything differs.

Examples:
  knell rules replay --rules candidate --against active --since 24h
  knell rules replay --rules my-rules --against rules logs/`,
    )
    .action(async (files: string[], options: ReplayOptions) => {
      const rules = await openNamed(options.rules ?? rulesFolder(undefined), options.nats);
      const against = options.against === undefined ? undefined : await openNamed(options.against, options.nats);
      const progress = createProgress(process.stderr, 'runs');
      const replayed: ReplayedRun[] = [];
      const replay = async (run: StoredRun): Promise<void> => {
        replayed.push(await replayRun(run, rules.loaded.ruleSet, against?.loaded.ruleSet));
        progress.show(replayed.length);
      };
      if (files.length > 0) for (const run of await runsIn(files)) await replay(run);
      else await eachStoredRun(options.nats, options.since, replay);
      progress.clear();
      const summary = summariseReplay(replayed);
      const listed = replayed.filter(({ change, verdict }) => change !== 'same' || verdict.abort);
      process.stdout.write(
        options.json
          ? `${[...listed, { summary }].map((row) => JSON.stringify(row)).join('\n')}\n`
          : `${listed.map(asText).join('')}${short(rules.digest)}${against ? ` against ${short(against.digest)}` : ''}: ${summary.runs} runs, ${summary.aborts} ended, ${summary.healthy_ended} of them had succeeded; aborts won ${summary.aborts_won}, lost ${summary.aborts_lost}, categories changed ${summary.categories_changed}\n`,
      );
      const { healthy_ended, aborts_won, aborts_lost, categories_changed } = summary;
      if (healthy_ended + aborts_won + aborts_lost + categories_changed > 0) process.exitCode = EXIT.found;
    });
}

/** @throws {UsageError} when one of the files can't be read */
async function runsIn(files: readonly string[]): Promise<StoredRun[]> {
  return (await findLogs(files)).map((found) => {
    if ('message' in found) throw new UsageError(found.message);
    const { file, writtenMs } = found;
    return {
      name: file,
      atMs: writtenMs,
      ended: 'unknown',
      chunks: (rules) => openLog(file, { stream: 'stdout', packRuntimes: rules.runtimes }).chunks,
    };
  });
}

const WORDS: Readonly<Record<ReplayedRun['change'], string>> = {
  abort_won: 'ended only now',
  abort_lost: 'no longer ended',
  category_changed: 'another cause',
  same: 'ended',
};

function asText({ run, ended, change, verdict, against }: ReplayedRun): string {
  const colours = coloursFor(process.stdout);
  const harm = ended === 'succeeded' && verdict.abort ? colours.red('  A HEALTHY RUN') : '';
  const shown = change === 'abort_lost' && against ? against : verdict;
  const from = change === 'category_changed' ? `${against?.category ?? 'nothing'} → ` : '';
  const lines = shown.evidence.map(
    ({ stream, line, excerpt }) => `    ${stream}:${line + 1}  ${colours.dim(excerpt)}\n`,
  );
  return `${WORDS[change]}  ${colours.bold(run)} (really ${ended})  ${from}${nameOf(shown)}${harm}\n${lines.join('')}`;
}

function nameOf({ category, rule }: ReplayVerdict): string {
  return `${category ?? 'nothing'}${rule === null ? '' : ` by ${rule}`}`;
}
