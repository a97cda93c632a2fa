import type { Evidence } from '../../contracts/evidence.ts';
import type { FailureRecord } from '../../contracts/failure-record.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import { buildRecord, type Diagnosis } from '../build-messages.ts';
import type { DecisionContext } from '../decision-context.ts';
import { wasToldToEnd } from '../dying-words.ts';
import { noteRecord, withdrawSaid } from '../noted-records.ts';
import { evidenceOfLine } from '../occurrence.ts';
import type { Outcome } from '../outcome.ts';
import { isSharperCategory } from '../sharper-causes.ts';
import { recordBadExit } from '../unmatched-failure.ts';
import { type ExitMeaning, exitMeaning, OUT_OF_MEMORY, signalOf } from './exit-meaning.ts';
import { type LastLine, type LastStatement, lastStatement, type StreamEnd } from './last-statement.ts';
import { saysOutOfMemory } from './memory-word.ts';

/** Whether a run ended badly by itself: no verdict names its cause, it reported no result, and its host did not ask it to end. */
export function endedBadly({ exited, verdict, succeeded }: RunState): boolean {
  if (!exited || verdict || succeeded) return false;
  const isBad = exited.signal !== null || (exited.code !== null && exited.code !== 0);
  return isBad && !wasToldToEnd(exited);
}

/** What a run printed last. */
export interface RunEnd {
  /** The ends of the streams on which it said anything. */
  readonly streams: readonly StreamEnd[];
  /** Its very last line, in whatever format. */
  readonly last?: LastLine & { readonly atMs: number };
}

/** The reason on a record of this kind: why no command belongs to it. */
const POST_MORTEM = 'named after the run had ended, by its last statements and how it exited';

const ABOUT = 'post-mortem';

/** Whether a record rests on how the run exited, and the line with it is only what the run said last. */
export function restsOnExit({ rule, grade }: FailureRecord): boolean {
  return rule.pack === ABOUT && grade === 'typed';
}

/**
 * Names a run that ended badly, by its exit, its last statements and the host's words on it, and records that. It never
 * aborts. Unknown is left where all of them are silent and nothing was recorded of the run while it lived. Pure.
 */
export function nameEnd(state: RunState, end: RunEnd, rules: RuleSet, context: DecisionContext): Outcome {
  const { exited } = state;
  if (!exited || !endedBadly(state) || state.recorded[ABOUT]) return { state, effects: [] };
  const found = findCause(state, end, rules, context);
  if (found === 'recorded') return { state, effects: [] };
  if (!found) return recordBadExit(state, end.last && evidenceAt(end.last, end), context);
  const record = buildRecord(found, state, context.policy, context.nowMs, {
    disposition: 'recorded',
    reason: POST_MORTEM,
    about: ABOUT,
  });
  const recorded = { ...state.recorded, [ABOUT]: 1 };
  const said = withdrawSaid({ ...state, recorded }, record.category);
  return { state: noteRecord(said.state, record), effects: [{ kind: 'record', record }, ...said.effects] };
}

/** The cause of a bad end; `recorded` where a record names it already. */
function findCause(
  state: RunState,
  end: RunEnd,
  rules: RuleSet,
  context: DecisionContext,
): Diagnosis | 'recorded' | undefined {
  const exit = state.exited as NonNullable<RunState['exited']>;
  if (signalOf(exit) === 'SIGKILL') {
    const word = memoryWord(end, state.pid);
    if (word) return byExit(OUT_OF_MEMORY, state, end, context, word);
  }
  const meaning = exitMeaning(exit);
  const said = lastStatement(end.streams, rules, state.runtime ?? 'generic');
  if (meaning?.isCause && !(said && isSharper(meaning, said))) return byExit(meaning, state, end, context, end.last);
  if (isLastRecorded(state, end)) return 'recorded';
  if (said) return bySaying(said, end);
  if (meaning) return byExit(meaning, state, end, context, end.last);
  return Object.keys(state.recorded).length > 0 ? 'recorded' : undefined;
}

function isSharper({ failure }: ExitMeaning, { rule }: LastStatement): boolean {
  const [known, said] = [failure.category, rule.rule.category];
  return known !== undefined && said !== undefined && (known === said || isSharperCategory(known, said));
}

/** The line in which the kernel or the container says that memory ran out. */
function memoryWord({ streams }: RunEnd, pid: number | undefined): LastLine | undefined {
  for (const { shapes, lines, from } of streams) {
    const at = shapes.findLastIndex((_, index) => index >= from && saysOutOfMemory(shapes, index, pid));
    if (at !== -1) return lines[at];
  }
  return undefined;
}

/** Whether a failure that is recorded already is among the run's last words. Unknown ones are not: they have no cause. */
function isLastRecorded({ noted }: RunState, { streams }: RunEnd): boolean {
  const since = Math.min(...streams.map(({ sinceSeq }) => sinceSeq));
  return noted.some(
    ({ category, evidence }) => category !== 'unknown.unmatched' && evidence.some(({ seq = 0 }) => seq >= since),
  );
}

function byExit(
  { id, failure }: ExitMeaning,
  { exited }: RunState,
  end: RunEnd,
  { digest, nowMs }: DecisionContext,
  line: LastLine | undefined,
): Diagnosis {
  return {
    rule: failure,
    detection: {
      rule: { id, pack: ABOUT, version: '1.0.0', digest },
      rule_key: `${ABOUT}/${id}`,
      // The host says how the run ended; what it means may need a line of the run's output.
      grade: id === OUT_OF_MEMORY.id ? 'mixed' : 'typed',
      precedence: 0,
      position: line?.position ?? { seq: 0, row: 0 },
      at_ms: exited?.at_ms ?? nowMs,
      ...(line && { evidence: evidenceAt(line, end) }),
    },
  };
}

function bySaying({ rule, line }: LastStatement, end: RunEnd): Diagnosis {
  const evidence = evidenceAt(line, end);
  return {
    rule: rule.rule,
    detection: {
      rule: rule.reference,
      rule_key: rule.key,
      grade: 'mixed',
      precedence: rule.rule.precedence,
      position: line.position,
      at_ms: end.last?.atMs ?? 0,
      evidence,
    },
  };
}

/** A line as evidence. Of those before the last one only the order is kept, so they get the time of the last. */
function evidenceAt(line: LastLine, { last }: RunEnd): Evidence {
  return evidenceOfLine({ ...line, raw: Buffer.from(line.text), atMs: last?.atMs ?? 0 });
}
