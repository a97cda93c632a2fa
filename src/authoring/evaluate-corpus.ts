import { GOT_OVER } from '../classify/noted-records.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import { createLogReader } from '../decode/whole-log/log-reader.ts';
import { classifyLog, type LogVerdict } from '../memory/classify-log.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { CorpusItem } from './corpus-item.ts';

/** What knell says of one item, next to what its label says. */
export interface ItemResult {
  readonly item: CorpusItem;
  readonly abort: boolean;
  readonly category: string | null;
  readonly rule: string | null;
  readonly abortRight: boolean;
  readonly categoryRight: boolean;
}

export interface Summary {
  readonly items: number;
  /** Aborts among items labelled `yes` or `no`. */
  readonly aborts: number;
  /** Aborts where the label says `no`: the one figure that must be 0. */
  readonly false_aborts: number;
  readonly missed_aborts: number;
  /** Right aborts of all aborts; null where there was none. */
  readonly abort_precision: number | null;
  /** Found aborts of all that the labels want; null where they want none. */
  readonly abort_recall: number | null;
  readonly category_accuracy: number | null;
}

/** Both mean that nothing is wrong with the run, so no record is owed. */
const NOTHING_WRONG = new Set(['benign', 'tool.failure']);

/** A fixed moment, so that an evaluation gives the same answer on every day. */
const EVALUATED_AT = Date.parse('2026-11-22T16:00:00.000Z');

/** Classifies one item as if it were a whole run. */
export async function evaluateItem(item: CorpusItem, rules: RuleSet): Promise<ItemResult> {
  const data = Buffer.from(item.lines.map((line) => `${line}\n`).join(''));
  const reader = createLogReader({ stream: item.stream, runtime: item.runtime, packRuntimes: rules.runtimes });
  const verdict = await classifyLog([...reader.push(data), ...reader.end()], {
    rules,
    runtime: item.runtime,
    atMs: EVALUATED_AT,
  });
  const { category, rule } = conclusionOf(verdict);
  const abort = verdict.aborts.length > 0;
  return {
    item,
    abort,
    category,
    rule,
    abortRight: item.abort === 'maybe' || abort === (item.abort === 'yes'),
    categoryRight:
      category === item.category ||
      (NOTHING_WRONG.has(item.category) && (category === null || NOTHING_WRONG.has(category))),
  };
}

/**
 * The run's verdict as later evidence has sharpened it; without one, the last thing that was recorded, also where the run
 * got over it: an item's category says what went wrong, not how it ended.
 */
function conclusionOf({ state, records }: LogVerdict): { category: string | null; rule: string | null } {
  if (state?.verdict) return { category: state.verdict.category, rule: state.verdict.rule_key };
  const said = records.filter(
    ({ disposition, reason }) => (disposition !== 'suppressed' && disposition !== 'would_abort') || reason === GOT_OVER,
  );
  const last: FailureRecord | undefined = said.at(-1);
  return last ? { category: last.category, rule: `${last.rule.pack}/${last.rule.id}` } : { category: null, rule: null };
}

export function summarise(results: readonly ItemResult[]): Summary {
  const counted = results.filter(({ item }) => item.abort !== 'maybe');
  const aborts = counted.filter(({ abort }) => abort).length;
  const wanted = counted.filter(({ item }) => item.abort === 'yes').length;
  const falseAborts = counted.filter(({ abort, item }) => abort && item.abort === 'no').length;
  const found = aborts - falseAborts;
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    items: results.length,
    aborts,
    false_aborts: falseAborts,
    missed_aborts: wanted - found,
    abort_precision: share(found, aborts),
    abort_recall: share(found, wanted),
    category_accuracy: share(results.filter(({ categoryRight }) => categoryRight).length, results.length),
  };
}
