import { Command } from 'commander';
import { phaseOf } from '../classify/run-phase.ts';
import { runOf } from '../classify/run-state.ts';
import { parseRunKey, runKey } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import { excerpt } from '../decode/excerpt.ts';
import { normaliseText } from '../decode/normalise-text.ts';
import { ensureStreams } from '../nats/ensure-streams.ts';
import { createLogHistory } from '../nats/log-history.ts';
import { createRunStore } from '../nats/store/run-store.ts';
import type { LastOutput } from '../pipeline/ports/ports.ts';
import { UsageError } from '../service/config.ts';
import { describeRun } from './describe-run.ts';
import { natsOption } from './nats-option.ts';
import { coloursFor } from './terminal/colour.ts';
import { table } from './terminal/table.ts';
import { withNats } from './with-nats.ts';

interface RunsOptions {
  readonly nats?: string;
  readonly json?: true;
}

/** `knell runs`: what knell remembers of runs. */
export function runsCommand(): Command {
  const runs = new Command('runs').description(
    'what knell knows of runs: state, last words, suspicions, verdict, timings',
  );
  runs
    .command('list')
    .description('all runs that are remembered, newest first')
    .addOption(natsOption())
    .option('--json', 'one run state a row')
    .action(async (options: RunsOptions) => {
      const states = await withNats(options.nats, async (connection, subjects, replicas) => {
        const store = createRunStore((await ensureStreams(connection, subjects, replicas)).runs, () => undefined);
        const known = new Map<string, RunState>();
        const watch = await store.watch((state) => known.set(runKey(runOf(state)), state));
        await watch.ready;
        watch.stop();
        return [...known.values()];
      });
      states.sort((a, b) => (b.started_ms ?? 0) - (a.started_ms ?? 0));
      process.stdout.write(
        options.json ? states.map((state) => `${JSON.stringify(state)}\n`).join('') : asTable(states),
      );
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
        const store = createRunStore((await ensureStreams(connection, subjects, replicas)).runs, () => undefined);
        const history = createLogHistory(await connection.jetstreamManager(), subjects);
        return { known: await store.get(run), last: await history.lastOutput(run) };
      });
      if (!found.known)
        throw new UsageError(`nothing is known of ${key}: it said nothing that mattered, and no run event came`);
      process.stdout.write(
        options.json
          ? asJson(found.known.state, found.last)
          : describeRun(found.known.state, found.last, coloursFor(process.stdout)),
      );
    });
  return runs;
}

function asJson(state: RunState, last: LastOutput | undefined): string {
  return `${JSON.stringify({ ...state, last_words: last && { text: excerpt(normaliseText(last.text)), stream: last.stream, at_ms: last.atMs } })}\n`;
}

function asTable(states: readonly RunState[]): string {
  if (states.length === 0) return 'no runs are remembered\n';
  const rows = states.map((state) => [
    runKey(runOf(state)),
    phaseOf(state),
    state.runtime ?? '',
    state.credential?.subscription ?? '',
    state.verdict?.category ?? '',
    state.started_ms === undefined ? '' : formatTime(state.started_ms),
  ]);
  return table(['RUN', 'STATE', 'RUNTIME', 'SUBSCRIPTION', 'VERDICT', 'STARTED'], rows);
}
