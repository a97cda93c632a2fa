import { runOf } from '../../classify/run-state.ts';
import { comparePositions } from '../../contracts/position.ts';
import type { RunState, Suspicion } from '../../contracts/run-state.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import { shapeLater } from '../../decode/text/late-shape.ts';
import { AFTER_PROSE } from '../../decode/text/quotation.ts';
import { isTried } from '../../ruleset/is-tried.ts';
import type { CompiledRule, RuleSet } from '../../ruleset/rule-set.ts';
import { HOSTS } from '../../ruleset/statements/hosts.ts';
import { mayAbort } from '../../ruleset/statements/text-hits.ts';
import type { LoggedLine, LogHistory } from '../ports/ports.ts';

/** How many lines of a run are read to see who spoke before a statement, and what followed it. */
const LINES = 20_000;
/** How many lines before a statement are looked at. */
const BEFORE = 400;

/** Causes that a client waits out without a word: which clients do not, only their packs know. */
const PASSES = /^(?:rate_limit|provider|network)\./;

/** What a statement of plain text turns out to be once the lines around it are known. */
export interface Reread {
  /** Why it is none after all: a quotation, a tool's, or the run went on. */
  readonly cancelled?: string;
  /** Prose stands before it on the channel: it may be a quotation, and only the exit or an idle tree can tell. */
  readonly isQuotable?: true;
  /**
   * Its words are such as a model uses too, so the line may be the whole of its answer; or it tells of what passes, and a program that
   * nobody knows may wait before it tries again.
   */
  readonly isWeak?: true;
  /** The cause by all its lines, which may be another than by its first. */
  readonly rule?: CompiledRule;
}

/**
 * Reads a suspicion's line again with all lines of its stream around it. Undefined where the suspicion does not come from
 * a statement of plain text, or its lines are not there any more.
 */
export async function rereadStatement(
  state: RunState,
  { evidence, position, rule_key: key }: Suspicion,
  rules: RuleSet,
  history: LogHistory,
): Promise<Reread | undefined> {
  if (evidence?.event !== LINE_EVENT) return undefined;
  const all = await history.linesAfter(runOf(state), { seq: 0, row: 0 }, LINES);
  const isItself = (line: LoggedLine) => comparePositions(line.position, position) === 0;
  // What another printed before the agent was there, the agent does not quote.
  const isEarly = all.find(isItself)?.isEarly === true;
  const lines = all.filter((line) => line.stream === evidence.stream && (isEarly || !line.isEarly));
  const found = lines.findIndex(isItself);
  if (found === -1) return undefined;
  const from = Math.max(0, found - BEFORE);
  const shapes = lines.slice(from).map(({ text }) => shapeLater(() => text));
  const reading = rules.readText({ shapes, at: found - from }, evidence.stream, state.runtime ?? 'generic');
  if (!reading) return undefined;
  const { text, tried } = reading;
  // An experimental cause is suspected beside the one in force.
  const isTriedOne = rules.rules.some((rule) => rule.key === key && isTried(rule));
  const resolved = isTriedOne ? tried : reading.resolved;
  const isQuotable = text.cancelled === AFTER_PROSE;
  if (text.cancelled !== undefined && !isQuotable) return { cancelled: text.cancelled };
  if (text.failure.retrying) return { cancelled: 'retried' };
  if (!resolved || !mayAbort({ text, resolved })) return { cancelled: 'no cause' };
  const { rule } = resolved.cause;
  const mayPass = PASSES.test(rule.rule.category ?? '') && !text.isEnded && HOSTS.has(state.runtime ?? 'generic');
  const isWeak = text.grade === 'weak' || mayPass;
  return { rule, ...(isQuotable && { isQuotable }), ...(isWeak && { isWeak }) };
}
