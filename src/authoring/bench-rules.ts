import type { Rule, RulePack } from '../contracts/rule-pack.ts';
import type { StreamName } from '../contracts/run.ts';
import { decoderFor } from '../decode/decoders.ts';
import { compileRules } from '../ruleset/compile-rules.ts';
import { literalsOf } from '../ruleset/rule-needles.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';

/** What one stream of a run printed: whole lines. */
export interface SampleLog {
  readonly runtime: string;
  readonly stream: StreamName;
  readonly data: Buffer;
}

/** What one rule costs on the sample logs, by itself. */
export interface RuleCost {
  /** `pack/id`. */
  readonly key: string;
  /** Lines that had to be decoded on its behalf. */
  readonly candidates: number;
  /** Lines of those on which a condition of it held. */
  readonly confirmed: number;
  /** Decoding and confirming its candidates. The scan is not in it: it costs the same for any number of rules. */
  readonly microsecondsPerMillionLines: number;
  /** It costs more than one rule may. */
  readonly isDear: boolean;
  /** Conditions for which there is nothing to look for in raw lines, so that every line is a candidate. */
  readonly withoutLiterals: number;
}

export interface BenchRulesResult {
  readonly lines: number;
  readonly bytes: number;
  /** The dearest first. */
  readonly rules: readonly RuleCost[];
}

export interface BenchRulesOptions {
  /**
   * What one rule may cost, in microseconds for a million lines. Left out: 50,000, a little less than scanning the
   * million lines takes, so that no rule doubles the cost of all.
   */
  readonly budgetMicroseconds?: number;
  /** Milliseconds from some moment on. */
  readonly nowMs?: () => number;
}

const DEFAULT_BUDGET = 50_000;
const LINE_FEED = 0x0a;

/** Measures what each rule of some packs costs on sample logs: how many lines it makes dear, and how dear. */
export function benchRules(
  packs: readonly RulePack[],
  logs: readonly SampleLog[],
  options: BenchRulesOptions = {},
): BenchRulesResult {
  const { budgetMicroseconds = DEFAULT_BUDGET, nowMs = () => performance.now() } = options;
  const lines = logs.reduce((sum, { data }) => sum + countLines(data), 0);
  const bytes = logs.reduce((sum, { data }) => sum + data.length, 0);
  const rules = packs.flatMap((pack) =>
    pack.rules.map((rule): RuleCost => {
      const alone = compileRules([{ ...pack, rules: [rule], signals: [] }]);
      const { candidates, confirmed, ms } = costOf(alone, logs, nowMs);
      const microseconds = lines === 0 ? 0 : (ms * 1_000 * 1_000_000) / lines;
      return {
        key: `${pack.pack}/${rule.id}`,
        candidates,
        confirmed,
        microsecondsPerMillionLines: Math.round(microseconds),
        isDear: microseconds > budgetMicroseconds,
        withoutLiterals: countWithoutLiterals(rule),
      };
    }),
  );
  rules.sort((one, other) => other.microsecondsPerMillionLines - one.microsecondsPerMillionLines);
  return { lines, bytes, rules };
}

function costOf(rules: RuleSet, logs: readonly SampleLog[], nowMs: () => number) {
  let [candidates, confirmed, ms] = [0, 0, 0];
  for (const { runtime, stream, data } of logs) {
    const decoder = decoderFor(runtime);
    const format = decoder.formatOf(stream, firstLine(data));
    const ranges = rules.candidates(data);
    const startMs = nowMs();
    for (const { start, end, row } of ranges) {
      const event = decoder.decode({ stream, number: row, raw: data.subarray(start, end) }, format);
      const { hits, recoveries } = rules.match(event, stream, decoder.runtime);
      if (hits.length + recoveries.length > 0) confirmed += 1;
    }
    ms += nowMs() - startMs;
    candidates += ranges.length;
  }
  return { candidates, confirmed, ms };
}

function countWithoutLiterals(rule: Rule): number {
  return literalsOf(rule).filter(({ literals }) => literals === undefined).length;
}

function firstLine(data: Buffer): string {
  let start = 0;
  for (let feed = data.indexOf(LINE_FEED); feed !== -1; feed = data.indexOf(LINE_FEED, start)) {
    const line = data.toString('utf8', start, feed);
    if (line.trim() !== '') return line;
    start = feed + 1;
  }
  return data.toString('utf8', start);
}

function countLines(data: Buffer): number {
  let lines = data.length > 0 && data.at(-1) !== LINE_FEED ? 1 : 0;
  for (let at = data.indexOf(LINE_FEED); at !== -1; at = data.indexOf(LINE_FEED, at + 1)) lines += 1;
  return lines;
}
