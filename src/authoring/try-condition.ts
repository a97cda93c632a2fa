import { parse } from 'yaml';
import { CauseCondition, RulePack } from '../contracts/rule-pack.ts';
import type { StreamName } from '../contracts/run.ts';
import { shapeLine } from '../decode/text/line-shape.ts';
import { compileRules } from '../ruleset/compile-rules.ts';
import { decodeLog } from './explain/decode-log.ts';

/** A line of a log whose failure meets the condition. */
export interface TriedLine {
  /** Its number, from 1. */
  readonly line: number;
  readonly text: string;
}

export type TryResult =
  | { readonly ok: true; readonly failures: number; readonly hits: readonly TriedLine[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Tries one condition of a cause on a log: `status: 402`, `message: seat removed`, `code: [a, b]`, or bare words, which are a
 * pattern for the message. The statements of all packs read the log; no other cause takes part.
 *
 * @param lines the log's lines, all of one stream
 */
export function tryCondition(
  text: string,
  log: { readonly lines: readonly string[]; readonly runtime: string; readonly stream: StreamName },
  packs: readonly RulePack[],
): TryResult {
  const condition = conditionIn(text);
  if (typeof condition === 'string') return { ok: false, reason: condition };
  const mute = packs.map((pack) => ({ ...pack, causes: [], rules: [] }));
  const tried = compileRules([...mute, packOf(condition)]);
  const every = compileRules([...mute, packOf({ message: '(?s).' })]);
  const shapes = log.lines.map(shapeLine);
  const hits: TriedLine[] = [];
  let failures = 0;
  for (const { line, event } of decodeLog(log.lines, log.runtime, log.stream)) {
    const window = event.typed ? undefined : { shapes, at: line.number };
    if (every.match(event, log.stream, log.runtime, window).hits.length > 0) failures += 1;
    if (tried.match(event, log.stream, log.runtime, window).hits.length === 0) continue;
    hits.push({ line: line.number + 1, text: event.text || line.raw.toString('utf8') });
  }
  return { ok: true, failures, hits };
}

/** The condition in a text, or why there is none. */
function conditionIn(text: string): CauseCondition | string {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    value = text;
  }
  const given = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { message: text };
  const parsed = CauseCondition.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `"${text}" is no condition: ${issue?.path.join('.')} ${issue?.message}`;
}

function packOf(condition: CauseCondition): RulePack {
  return RulePack.parse({
    schema: 'knell.rules/v1',
    pack: 'tried',
    version: '1.0.0',
    runtime: 'any',
    causes: [
      {
        id: 'tried',
        title: 'What is tried',
        category: 'unknown.unmatched',
        any: [condition],
        action: 'record',
        examples: { match: [], ignore: [] },
      },
    ],
  });
}
