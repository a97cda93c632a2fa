import type { StreamName } from '../contracts/run.ts';
import { excerpt } from '../decode/excerpt.ts';
import { normaliseText } from '../decode/normalise-text.ts';
import { splitLines } from '../decode/split-lines.ts';
import { shapeLine } from '../decode/text/line-shape.ts';
import { classifyLog, type LogChunk } from '../memory/classify-log.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { type DraftSource, readDraftSource } from './draft-source.ts';
import { decodeLog } from './explain/decode-log.ts';

/** A log to draft from, read whole. */
export interface DraftLog {
  readonly chunks: readonly LogChunk[];
  readonly runtime: string;
  /** When it was written, epoch milliseconds. */
  readonly atMs: number;
}

/** `known`: the rule that knows the line already. */
export type FoundUnknown =
  | DraftSource
  | { readonly reason: 'no such line' | 'nothing unknown' }
  | { readonly known: string };

/** The last failure of a log that no rule or cause knows: what a runtime says of one, else the last line of a run that failed. */
export async function unknownFailure({ chunks, runtime, atMs }: DraftLog, rules: RuleSet): Promise<FoundUnknown> {
  const { records } = await classifyLog(chunks, { rules, runtime, atMs, exit: { code: 1, signal: null } });
  const source = records.map(readDraftSource).findLast((one) => one !== undefined);
  return source ? { ...source, runtime } : { reason: 'nothing unknown' };
}

/**
 * One line of a log's stream, whatever is known of it.
 *
 * @param number from 1, as editors count
 */
export function lineToDraft(
  { chunks, runtime, atMs }: DraftLog,
  { stream, number }: { readonly stream: StreamName; readonly number: number },
  rules: RuleSet,
): FoundUnknown {
  const own = chunks.filter((chunk) => chunk.stream === stream);
  const lines = own.flatMap(({ data }) => splitLines(data).map((raw) => raw.toString('utf8')));
  const decoded = decodeLog(lines, runtime, stream, rules.runtimes).find(({ line }) => line.number === number - 1);
  if (!decoded) return { reason: 'no such line' };
  const { event, line } = decoded;
  const window = event.typed ? undefined : { shapes: lines.map(shapeLine), at: line.number };
  const known = rules
    .match(event, stream, runtime, window)
    .hits.find(({ rule }) => rule.rule.category !== 'unknown.unmatched');
  if (known) return { known: known.rule.key };
  return {
    runtime,
    event: event.name,
    excerpt: excerpt(normaliseText(event.text) || line.raw.toString('utf8')),
    stream,
    seen: new Date(atMs).toISOString().slice(0, 10),
  };
}
