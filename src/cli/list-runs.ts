import { phaseOf } from '../classify/run-phase.ts';
import { runMatches } from '../contracts/api/run-matches.ts';
import type { RunFilter } from '../contracts/api/run-row.ts';
import { runKey } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import { inOneLine } from '../decode/written-out.ts';
import { rowOf } from '../http/fleet/run-row.ts';
import type { RunStore } from '../pipeline/ports/ports.ts';
import { type GrowingTable, growingTable } from './terminal/table.ts';
import { untilInterrupted } from './terminal/until-interrupted.ts';

const HEADINGS = ['RUN', 'STATE', 'RUNTIME', 'SUBSCRIPTION', 'VERDICT', 'STARTED'];

/**
 * Prints the runs that fit, newest first; with `follow`, then each that fits as it changes, until Ctrl-C.
 *
 * @param over see `untilInterrupted`
 */
export async function listRuns(
  store: Pick<RunStore, 'watch'>,
  filter: RunFilter,
  { json, follow, over }: { readonly json: boolean; readonly follow: boolean; readonly over?: AbortSignal },
): Promise<void> {
  const known = new Map<string, RunState>();
  let shown = new Map<string, string>();
  let following = false;
  const rows = growingTable(HEADINGS);
  const watch = await store.watch((state) => {
    known.set(runKey(state), state);
    if (!following || !runMatches(rowOf(state), filter)) return;
    // Most changes of a state are of no interest here: what is shown of it is the same.
    const row = cellsOf(state).join('\t');
    if (shown.get(runKey(state)) === row) return;
    shown.set(runKey(state), row);
    process.stdout.write(json ? asJson(state) : rows.add([cellsOf(state)]));
  });
  await watch.ready;
  const states = [...known.values()].filter((state) => runMatches(rowOf(state), filter));
  states.sort((a, b) => (b.started_ms ?? 0) - (a.started_ms ?? 0));
  process.stdout.write(json ? states.map(asJson).join('') : asTable(rows, states, known.size));
  if (follow) {
    shown = new Map(states.map((state) => [runKey(state), cellsOf(state).join('\t')]));
    following = true;
    await untilInterrupted(over);
  }
  watch.stop();
}

function asJson(state: RunState): string {
  return `${JSON.stringify(state)}\n`;
}

function asTable(rows: GrowingTable, states: readonly RunState[], known: number): string {
  if (states.length > 0) return rows.add(states.map(cellsOf));
  return known === 0
    ? 'no runs are remembered\n'
    : `none of ${known} remembered ${known === 1 ? 'run' : 'runs'} fits\n`;
}

function cellsOf(state: RunState): string[] {
  const { started_ms } = state;
  return [
    runKey(state),
    phaseOf(state),
    inOneLine(state.runtime ?? ''),
    inOneLine(state.credential?.subscription ?? ''),
    state.verdict?.category ?? '',
    started_ms === undefined ? '' : formatTime(started_ms),
  ];
}
