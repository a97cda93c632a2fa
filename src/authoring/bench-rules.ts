import type { Rule, RulePack } from '../contracts/rule-pack.ts';
import type { Decoder, StreamFormat } from '../decode/decoder.ts';
import { decoderFor } from '../decode/decoders.ts';
import type { Line } from '../decode/line.ts';
import { compileRules } from '../ruleset/compile-rules.ts';
import { everyLine } from '../ruleset/every-line.ts';
import { RUNTIME_FACTS } from '../ruleset/load/runtime-facts.ts';
import { neededFor, needleText, type Sought, searchedLine, soughtBy } from '../ruleset/needles/needles-in-line.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { SampleLog } from './sample-log.ts';

/** What a rule has looked for, and in how many lines of the sample that is. */
export interface NeedleFinds {
  /** `undefined`: there is nothing to look for, so every line is decoded. */
  readonly text: string | undefined;
  readonly lines: number;
}

/** What one rule costs on the sample, by itself. */
export interface RuleCost {
  /** `pack/id`. */
  readonly key: string;
  /** Lines that have to be decoded on its behalf. */
  readonly candidates: number;
  /** Lines of those on which a condition of it held. */
  readonly confirmations: number;
  /** Decoding and confirming its candidates: median of several rounds. */
  readonly microsecondsPerMillionLines: number;
  /** The same, by what scanning those million lines for all rules costs anyway. */
  readonly shareOfScan: number;
  /** It costs more than one rule may. */
  readonly isDear: boolean;
  /** What brings its candidates in, the most frequent first. */
  readonly needles: readonly NeedleFinds[];
}

export interface BenchRulesResult {
  readonly lines: number;
  readonly bytes: number;
  /** Scanning a million lines of the sample for all rules together: what reading costs before any rule is tried. */
  readonly scanMicrosecondsPerMillionLines: number;
  /** What one rule may cost for a million lines. */
  readonly budgetMicroseconds: number;
  /** The dearest first. */
  readonly rules: readonly RuleCost[];
}

export interface BenchRulesOptions {
  /** What one rule may cost, by the cost of the scan. */
  readonly maxShare?: number;
  /** What the scan is timed with, so that the budget is the same however few rules are measured; left out: `packs`. */
  readonly scanned?: readonly RulePack[];
  /** Only these rules, by `pack/id`; left out: all. */
  readonly only?: (key: string) => boolean;
  readonly onProgress?: (done: number, of: number) => void;
  /** Milliseconds from some moment on. */
  readonly nowMs?: () => number;
}

/**
 * What one rule may cost, by what scanning the output for all rules costs: knell can't do without the scan, and two
 * rules at the limit double it. Nearly all shipped rules are far below; one that has nothing to look for is many times above.
 */
export const MAX_SHARE_OF_SCAN = 0.5;

const ROUNDS = 5;
/** How many lines are decoded and matched in a round at least: enough to be far above a clock's grain. */
const LINES_A_ROUND = 100;
const SCAN_BYTES_A_ROUND = 8e6;
const CHUNK_BYTES = 65_536;

/**
 * Measures what each rule costs on sample logs: each by itself, so that what others have looked for counts for nothing.
 * Candidates and confirmations are the same on every machine; times are medians, and shares of a scan on this machine.
 */
export function benchRules(
  packs: readonly RulePack[],
  logs: readonly SampleLog[],
  options: BenchRulesOptions = {},
): BenchRulesResult {
  const { maxShare = MAX_SHARE_OF_SCAN, only = () => true, nowMs = () => performance.now() } = options;
  const streams = logs.map(openStream);
  const lines = streams.reduce((sum, stream) => sum + stream.lines, 0);
  const bytes = logs.reduce((sum, { data }) => sum + data.length, 0);
  const perMillion = (ms: number) => (lines === 0 ? 0 : (ms * 1_000 * 1_000_000) / lines);
  const scan = perMillion(timeScan(options.scanned ?? packs, logs, bytes, nowMs));
  const wanted = packs.flatMap((pack) =>
    pack.rules.flatMap((rule) => (only(`${pack.pack}/${rule.id}`) ? [{ pack, rule }] : [])),
  );
  const rules = wanted.map(({ pack, rule }, done): RuleCost => {
    options.onProgress?.(done, wanted.length);
    const alone = compileRules([{ ...pack, rules: [rule], signals: [], statements: [], causes: [] }]);
    const { candidates, needles } = candidatesOf(rule, alone, streams);
    const confirmations = candidates.filter((candidate) => match(alone, candidate)).length;
    const cost = perMillion(timeMatch(alone, candidates, nowMs));
    return {
      key: `${pack.pack}/${rule.id}`,
      candidates: candidates.length,
      confirmations,
      microsecondsPerMillionLines: Math.round(cost),
      shareOfScan: scan === 0 ? 0 : cost / scan,
      isDear: cost > maxShare * scan,
      needles,
    };
  });
  rules.sort(
    (one, other) =>
      other.microsecondsPerMillionLines - one.microsecondsPerMillionLines || (one.key < other.key ? -1 : 1),
  );
  return {
    lines,
    bytes,
    scanMicrosecondsPerMillionLines: Math.round(scan),
    budgetMicroseconds: Math.round(maxShare * scan),
    rules,
  };
}

interface SampleStream extends SampleLog {
  readonly decoder: Decoder;
  readonly format: StreamFormat;
  /** Lines that are not blank. */
  readonly lines: number;
}

interface Candidate {
  readonly line: Line;
  readonly source: SampleStream;
}

function openStream(log: SampleLog): SampleStream {
  const decoder = decoderFor(log.runtime);
  const lines = everyLine(log.data);
  const first = lines[0] ? log.data.toString('utf8', lines[0].start, lines[0].end) : '';
  return { ...log, decoder, format: decoder.formatOf(log.stream, first), lines: lines.length };
}

/** A line in hiddenText is decoded whatever the rules look for, so it is no rule's candidate. */
function candidatesOf(
  rule: Rule,
  alone: RuleSet,
  streams: readonly SampleStream[],
): { candidates: Candidate[]; needles: NeedleFinds[] } {
  const sought = soughtBy(rule);
  const finds = new Map<string | undefined, number>();
  const candidates: Candidate[] = [];
  for (const source of streams) {
    for (const { start, end, row } of alone.candidates(source.data)) {
      const raw = source.data.subarray(start, end);
      const texts = textsFor(sought, raw);
      for (const text of texts) finds.set(text, (finds.get(text) ?? 0) + 1);
      if (texts.size > 0) candidates.push({ line: { stream: source.stream, number: row, raw }, source });
    }
  }
  const needles = [...finds].map(([text, lines]) => ({ text, lines })).sort((a, b) => b.lines - a.lines);
  return { candidates, needles };
}

function textsFor(sought: readonly Sought[], raw: Buffer): ReadonlySet<string | undefined> {
  const searched = searchedLine(raw);
  return new Set(
    sought.flatMap((one): (string | undefined)[] => neededFor(one, searched)?.map(needleText) ?? [undefined]),
  );
}

function match(rules: RuleSet, { line, source: { decoder, format } }: Candidate): boolean {
  return rules.match(decoder.decode(line, format), line.stream, decoder.runtime).hits.length > 0;
}

/** Milliseconds for all candidates once: the median of several rounds, after the patterns have been compiled. */
function timeMatch(rules: RuleSet, candidates: readonly Candidate[], nowMs: () => number): number {
  if (candidates.length === 0) return 0;
  const passes = Math.ceil(LINES_A_ROUND / candidates.length);
  const run = () => {
    for (let pass = 0; pass < passes; pass++) for (const candidate of candidates) match(rules, candidate);
  };
  run();
  return medianOf(() => {
    const startMs = nowMs();
    run();
    return (nowMs() - startMs) / passes;
  });
}

/**
 * Milliseconds for scanning all of the sample once, in chunks as agents publish them. Rules that have nothing to look
 * for are left out: with one of them there is no scan.
 */
function timeScan(packs: readonly RulePack[], logs: readonly SampleLog[], bytes: number, nowMs: () => number): number {
  if (bytes === 0) return 0;
  const findable = (rule: Rule) => soughtBy(rule).every(({ needles }) => needles !== undefined);
  const rules = compileRules(
    packs.map((pack) => ({ ...pack, rules: pack.rules.filter(findable) })),
    undefined,
    RUNTIME_FACTS,
  );
  const all = Buffer.concat(logs.map(({ data }) => data));
  const passes = Math.ceil(SCAN_BYTES_A_ROUND / bytes);
  const scan = () => {
    for (let at = 0; at < all.length; at += CHUNK_BYTES) rules.candidates(all.subarray(at, at + CHUNK_BYTES));
  };
  scan();
  return medianOf(() => {
    const startMs = nowMs();
    for (let pass = 0; pass < passes; pass++) scan();
    return (nowMs() - startMs) / passes;
  });
}

function medianOf(measure: () => number): number {
  const figures = Array.from({ length: ROUNDS }, measure).sort((a, b) => a - b);
  return figures[(ROUNDS - 1) / 2] as number;
}
