import { noticeId } from '../../classify/ids.ts';
import { parseRunKey, type Run, runKey } from '../../contracts/run.ts';
import { formatTime } from '../../contracts/time.ts';
import type { Clock, FleetModeStore, Publisher } from '../ports/ports.ts';
import { changeMode } from './change-mode.ts';

/** A rule would have ended a run, or came too late to, that then succeeded. */
export interface Mistake {
  /** `pack/id`. */
  readonly rule: string;
  readonly run: Run;
}

/**
 * After so many runs, each of another agent, that it was wrong about a rule aborts nothing more. An agent says of its own runs
 * what it likes, so one alone must not switch a rule off for all.
 */
const MISTAKES = 2;

/** How many rules are remembered that were wrong once. */
const MAX_RULES = 200;

/**
 * Remembers for the whole fleet that a rule was wrong about a run, and says so. A rule that was wrong about runs of two agents
 * goes into shadow mode until a person releases it, which also forgets the two. More runs of an agent change nothing.
 *
 * @throws whatever the store and the publisher throw
 */
export async function countMistake(
  { modes, publisher, clock }: { modes: FleetModeStore; publisher: Publisher; clock: Clock },
  { rule, run }: Mistake,
): Promise<void> {
  const name = runKey(run);
  const at = formatTime(clock.now());
  let runs: readonly string[] = [];
  await changeMode(modes, (current) => {
    const known = current.mistakes?.[rule] ?? [];
    runs = known;
    if (known.some((one) => parseRunKey(one)?.agent === run.agent) || known.length >= MISTAKES) return undefined;
    const named = [...known, name];
    runs = named;
    const others = Object.entries(current.mistakes ?? {}).filter(([key]) => key !== rule);
    const mistakes = Object.fromEntries([...others, [rule, named] as const].slice(-MAX_RULES));
    if (named.length < MISTAKES || current.shadowed[rule]) return { ...current, mistakes };
    const because = { reason: messageOf(rule, named), by: 'knell', at };
    return { ...current, mistakes, shadowed: { ...current.shadowed, [rule]: because } };
  });
  if (!runs.includes(name)) return;
  await publisher.notice(
    {
      schema: 'knell.notice/v1',
      notice_id: noticeId('mistake', rule, name),
      kind: 'rules',
      at,
      message: messageOf(rule, runs),
      rule,
      wrong_runs: runs,
      shadowed: runs.length >= MISTAKES,
    },
    ['mistake'],
  );
}

function messageOf(rule: string, runs: readonly string[]): string {
  const seen = `"knell why ${runs.at(-1)}" shows the lines`;
  return runs.length < MISTAKES
    ? `The rule ${rule} was wrong about ${runs[0]}: the run succeeded. After one more, of another agent, the rule aborts nothing; ${seen}.`
    : `The rule ${rule} was wrong about ${runs.length} runs that succeeded: ${runs.join(', ')}. It aborts nothing more until a person has mended it and runs "knell mode --release ${rule}"; ${seen}.`;
}
