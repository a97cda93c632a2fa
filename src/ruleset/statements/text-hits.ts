import type { Category } from '../../contracts/categories.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import { AFTER_PROSE } from '../../decode/text/quotation.ts';
import { CLAUSE } from '../causes/cause-clauses.ts';
import type { Resolved } from '../causes/resolve-cause.ts';
import { gradeOf } from '../match/matcher.ts';
import type { ConditionHit } from '../rule-set.ts';
import { PERMANENT } from './permanent-categories.ts';
import { readCaptures } from './read-captures.ts';
import type { TextReading } from './text-reading.ts';

interface ResolvedReading extends TextReading {
  readonly resolved: Resolved;
}

const OF_THE_MACHINE: ReadonlySet<Category> = new Set<Category>(['permission.denied', 'runtime.missing_binary']);

/** Form and cause of a text statement decide; on a shared channel every hit waits for silence or the exit. */
export function textHits({ text, resolved }: ResolvedReading, event: DecodedEvent): ConditionHit[] {
  const { rule } = resolved.cause;
  const hit = (clause: number, action?: ConditionHit['action']): ConditionHit => ({
    rule,
    clause,
    condition: 0,
    grade: gradeOf(event),
    captures: readCaptures(text.failure, event.fields),
    ...(action && { action }),
    ...(text.cancelled === AFTER_PROSE && { isQuotable: true as const }),
  });
  const retried = text.failure.retrying !== undefined || text.cancelled === 'retried';
  // What is missing on this machine, and is done without, is no failure of the run.
  const isMadeUpFor = text.failure.retrying?.isInstead && OF_THE_MACHINE.has(rule.rule.category as Category);
  const wentOn = text.cancelled === 'went on' && !retried;
  const isGood = !retried && !wentOn && mayAbort({ text, resolved });
  if (isMadeUpFor) return [];
  if (rule.rule.action !== 'abort') return [isGood ? hit(CLAUSE.quiet, 'abort') : hit(CLAUSE.atOnce)];
  if (wentOn) return [];
  if (!isGood) return [hit(CLAUSE.atOnce, 'record')];
  const isPlain =
    text.cancelled === undefined &&
    !event.shared &&
    text.grade !== 'weak' &&
    PERMANENT.has(rule.rule.category as Category);
  return [hit(isPlain ? CLAUSE.atOnce : CLAUSE.quiet)];
}

/** Whether a text statement is good enough to end a run once silence confirms it. */
export function mayAbort({ text, resolved }: TextReading): boolean {
  if (!resolved || text.failure.final === 'no') return false;
  // A program that says that its work is over makes a cause final which else is only recorded.
  if (text.isEnded && resolved.by !== 'status' && resolved.cause.rule.rule.action === 'record') return true;
  if (resolved.cause.rule.rule.action !== 'abort') return false;
  switch (text.grade) {
    case 'log':
      return text.isEnded;
    case 'weak':
      // Words that prose uses as well need a cause that knows them, not only a number in them.
      return resolved.by !== 'status';
    default:
      return true;
  }
}
