import { Command } from 'commander';
import { type Evidence, type WouldAbort, weigh, weighByRule } from '../../authoring/replay/evidence.ts';
import { short } from '../../bundles/archive.ts';
import { useAt } from '../../classify/run-uses.ts';
import { runKey } from '../../contracts/run.ts';
import { readByConsumer } from '../../nats/read-run.ts';
import { endingOf } from '../../nats/run-ending.ts';
import { storedUses } from '../../nats/stored-moments.ts';
import { wouldAborts } from '../../nats/would-aborts.ts';
import { EXIT } from '../exit-codes.ts';
import { natsOption } from '../nats-option.ts';
import { coloursFor } from '../terminal/colour.ts';
import { sinceOption } from '../terminal/since.ts';
import { table } from '../terminal/table.ts';
import { withNats } from '../with-nats.ts';
import { type CandidateEvidence, candidateEvidence } from './candidate-evidence.ts';

interface ReportOptions {
  readonly since: number;
  readonly nats?: string;
  readonly json?: true;
}

/** `knell rules report`: how right rules were that command nothing. */
export function rulesReportCommand(): Command {
  return new Command('report')
    .description('what became of runs that experimental rules, shadow mode or the candidate would have ended')
    .addOption(sinceOption('what was said since then', '72h'))
    .addOption(natsOption())
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
right: the run failed anyway · wrong: it succeeded · unknown: its exit is not stored, or another rule ended it. Of the candidate
counts what workers recorded, for as long as it has been tried, and what it says of the runs that KNELL_LOGS still holds. An id that
was used again counts for each use. Exits 1 when a run that succeeded would have been ended.

Examples:
  knell rules report
  knell rules report --since 24h --json`,
    )
    .action(async (options: ReportOptions) => {
      const rules = weighByRule(await recorded(options));
      const candidate = await candidateEvidence(options.nats, options.since);
      process.stdout.write(options.json ? asJson(rules, candidate) : asText(rules, candidate));
      const all = [...rules.values(), ...(candidate ? [weigh(candidate.runs)] : [])];
      if (all.some(({ wrong }) => wrong > 0)) process.exitCode = EXIT.found;
    });
}

function recorded({ nats, since }: ReportOptions): Promise<WouldAbort[]> {
  return withNats(nats, async (connection, subjects) => {
    const manager = await connection.jetstreamManager();
    const reader = readByConsumer(connection, manager, subjects);
    const found: WouldAbort[] = [];
    for await (const { record, atMs } of wouldAborts(manager, subjects, since)) {
      const { agent, execution, attempt, rule } = record;
      const run = { agent, execution, attempt };
      // An id that was used again has several ends: this is about the use that the record was written in.
      const use = useAt(await storedUses(reader, run), atMs);
      const { ended, atMs: endMs } = await endingOf(manager, subjects, run, use);
      const laterMs = endMs === undefined ? undefined : endMs - atMs;
      found.push({ run: runKey(run), rule: `${rule.pack}/${rule.id}`, ended, laterMs });
    }
    return found;
  });
}

function asJson(rules: ReadonlyMap<string, Evidence>, candidate: CandidateEvidence | undefined): string {
  const tried = candidate && {
    digest: candidate.bundle.digest,
    since: candidate.pointer.at,
    ...weigh(candidate.runs),
    rules: Object.fromEntries(weighByRule(candidate.runs)),
  };
  return `${JSON.stringify({ rules: Object.fromEntries(rules), candidate: tried ?? null })}\n`;
}

function asText(rules: ReadonlyMap<string, Evidence>, candidate: CandidateEvidence | undefined): string {
  const colours = coloursFor(process.stdout);
  const row = (
    name: string,
    { right, wrong, unknown, median_seconds_later: later, slot_hours }: Evidence,
  ): string[] => [
    name,
    `${right}`,
    wrong > 0 ? colours.red(`${wrong}`) : '0',
    `${unknown}`,
    later === null ? '–' : `${later} s`,
    `${slot_hours}`,
  ];
  const rows = [
    ...[...rules].map(([name, evidence]) => row(name, evidence)),
    ...(candidate ? [row(`candidate ${short(candidate.bundle.digest)}`, weigh(candidate.runs))] : []),
    ...(candidate ? [...weighByRule(candidate.runs)].map(([name, evidence]) => row(`  ${name}`, evidence)) : []),
  ];
  if (rows.length === 0) return 'no run would have been ended by a rule that is only tried\n';
  const wrong = [...rules.values(), ...(candidate ? [weigh(candidate.runs)] : [])].flatMap((each) => each.wrong_runs);
  const named = [...new Set(wrong)].map((run) => `succeeded: ${run}\n`).join('');
  return table(['tried', 'right', 'wrong', 'unknown', 'failed later by', 'slot-hours'], rows) + named;
}
