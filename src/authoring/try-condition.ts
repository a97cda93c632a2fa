import { parse } from 'yaml';
import { CauseCondition, RulePack } from '../contracts/rule-pack.ts';
import type { StreamName } from '../contracts/run.ts';
import { isObject } from '../decode/json.ts';
import { shapeLine } from '../decode/text/line-shape.ts';
import { checkCause } from '../ruleset/check/check-causes.ts';
import { compileRules } from '../ruleset/compile-rules.ts';
import { createReport } from '../ruleset/findings/report.ts';
import { unwritten } from '../ruleset/findings/rule-source.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { decodeLog } from './explain/decode-log.ts';

/** A line of a log whose failure meets the condition. */
export interface TriedLine {
  /** Its number, from 1. */
  readonly line: number;
  readonly text: string;
  /** The cause or rule of the packs that knows it already. */
  readonly known?: string;
}

export type TryResult =
  | {
      readonly ok: true;
      readonly failures: number;
      readonly hits: readonly TriedLine[];
      /** Where nothing is hit: lines in which the condition's words stand, and which state no failure. */
      readonly unstated: readonly TriedLine[];
    }
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
  // Compiled where a line is hit, which most conditions are tried without.
  let whole: RuleSet | undefined;
  const rules = (): RuleSet => {
    whole ??= compileRules([...packs]);
    return whole;
  };
  const tried = compileRules([...mute, packOf(condition)]);
  const every = compileRules([...mute, packOf({ message: '(?s).' })]);
  const shapes = log.lines.map(shapeLine);
  const hits: TriedLine[] = [];
  const unstated: TriedLine[] = [];
  let failures = 0;
  for (const { line, event } of decodeLog(log.lines, log.runtime, log.stream)) {
    const window = event.typed ? undefined : { shapes, at: line.number };
    const hit = (set: RuleSet) => set.match(event, log.stream, log.runtime, window).hits[0]?.rule.key;
    const found = { line: line.number + 1, text: event.text || line.raw.toString('utf8') };
    const isFailure = hit(every) !== undefined;
    if (isFailure) failures += 1;
    if (hit(tried)) {
      const known = hit(rules());
      hits.push({ ...found, ...(known !== undefined && { known }) });
    } else if (!isFailure && isHitAs(tried, `Error: ${found.text}`)) unstated.push(found);
  }
  return { ok: true, failures, hits, unstated: hits.length > 0 ? [] : unstated };
}

/** Whether a text would be hit if it stated a failure. */
function isHitAs(tried: RuleSet, text: string): boolean {
  return tried.readText({ shapes: [shapeLine(text)], at: 0 }, 'stderr', 'generic')?.resolved !== undefined;
}

/** The condition in a text, or why there is none. */
function conditionIn(text: string): CauseCondition | string {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    value = text;
  }
  // `Error: seat removed` is YAML as well, and means the words.
  const isCondition = isObject(value) && Object.keys(value).some((key) => key in CauseCondition.shape);
  const parsed = CauseCondition.safeParse(isCondition ? value : { message: text });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const key = String(issue?.path[0] ?? '');
    const wrong =
      key === 'status' ? 'a number from 400 to 599, or a list of them, is a status' : `${key}: ${issue?.message}`;
    return `"${text}" is no condition: ${wrong}`;
  }
  const report = createReport(unwritten(text));
  checkCause({ any: [parsed.data] }, [], report.say);
  const invalid = report.findings.find(({ code }) => code === 'pattern-invalid');
  return invalid ? `"${text}" is no condition: ${invalid.message}` : parsed.data;
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
