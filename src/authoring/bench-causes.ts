import type { Cause, RulePack, Statement } from '../contracts/rule-pack.ts';
import { excerpt } from '../decode/excerpt.ts';
import { splitLines } from '../decode/split-lines.ts';
import { shapeLater } from '../decode/text/late-shape.ts';
import type { LineShape } from '../decode/text/line-shape.ts';
import { compileRules } from '../ruleset/compile-rules.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { type DecodedLine, decodeLog } from './explain/decode-log.ts';
import type { SampleLog } from './sample-log.ts';

/** What one cause or statement does to healthy output. */
export interface CauseCost {
  /** `pack/id`; of a statement `pack/statements/n`, n from 1. */
  readonly key: string;
  /** Lines of the sample whose failure it takes for its own; of a statement, lines that state a failure only because of it. */
  readonly taken: number;
  /** The first of those, redacted. */
  readonly examples: readonly string[];
  /** What reading takes longer with it: median of several rounds. */
  readonly microsecondsPerMillionLines: number;
  /** The same, by what reading the sample's failures takes without any cause. */
  readonly shareOfReading: number;
  /** It takes more than a third as many lines as state a failure by their form, so it tells none from another. */
  readonly isWide: boolean;
}

export interface BenchCausesResult {
  readonly lines: number;
  /** Lines of the sample that state a failure by the form alone, or by the packs' statements. */
  readonly failures: number;
  readonly readingMicrosecondsPerMillionLines: number;
  /** What takes most of the sample's lines first, then the dearest. */
  readonly costs: readonly CauseCost[];
}

export interface BenchCausesOptions {
  /** Only these, by key; left out: all. */
  readonly only?: (key: string) => boolean;
  readonly onProgress?: (done: number, of: number) => void;
  /** Milliseconds from some moment on. */
  readonly nowMs?: () => number;
}

const ROUNDS = 3;
const EXAMPLES = 3;
const EXAMPLE_CHARS = 120;
/** Fewer lines say nothing of how wide a cause is. */
const MIN_WIDE = 5;

/**
 * Measures what each cause and each statement of text does to sample logs, by itself beside the statements of all packs.
 * Which lines it opens and takes is the same on every machine; times are medians on this one.
 */
export function benchCauses(
  packs: readonly RulePack[],
  logs: readonly SampleLog[],
  { only = () => true, onProgress, nowMs = () => performance.now() }: BenchCausesOptions = {},
): BenchCausesResult {
  const streams = logs.map(openStream);
  const places = streams.flatMap((stream) => stream.decoded.map((_, at): Place => ({ stream, at })));
  const mute = packs.map((pack) => ({ ...pack, causes: [], rules: [], signals: [] }));
  const never = compileRules([...mute, packOf(NEVER)]);
  const shapesOf: Shapes = new Map();
  const failures = hitsOf(compileRules([...mute, packOf(EVERY)]), places, shapesOf);
  const formal = new Set(hitsOf(compileRules([packOf(EVERY)]), places, shapesOf));
  const perMillion = (ms: number) => Math.round(places.length === 0 ? 0 : (ms * 1e9) / places.length);
  const baseMs = timeOf(never, failures, nowMs);

  const ofCause = (cause: Cause) => {
    // As one that only records: what it takes counts also where nothing would be ended for it.
    const tried = compileRules([...mute, packOf({ ...cause, action: 'record' })]);
    const taken = hitsOf(tried, places, shapesOf);
    const asked = [...new Set([...failures, ...taken])];
    const neverMs = asked.length === failures.length ? baseMs : timeOf(never, asked, nowMs);
    return { taken, ms: Math.max(0, timeOf(tried, asked, nowMs) - neverMs) };
  };
  const ofStatement = (pack: RulePack, statement: Statement) => {
    const alone = { ...pack, causes: [], rules: [], signals: [], statements: [statement] };
    const taken = hitsOf(compileRules([alone, packOf(EVERY)]), places, shapesOf).filter((place) => !formal.has(place));
    return { taken, ms: timeOf(compileRules([alone, packOf(NEVER)]), taken, nowMs) };
  };
  const wanted = [
    ...packs.flatMap((pack) =>
      pack.causes.map((cause) => ({ key: `${pack.pack}/${cause.id}`, measure: () => ofCause(cause) })),
    ),
    ...packs.flatMap((pack) =>
      pack.statements.flatMap((statement, index) =>
        statement.text === undefined
          ? []
          : [{ key: `${pack.pack}/statements/${index + 1}`, measure: () => ofStatement(pack, statement) }],
      ),
    ),
  ].filter(({ key }) => only(key));
  const costs = wanted.map(({ key, measure }, done): CauseCost => {
    onProgress?.(done, wanted.length);
    const { taken, ms } = measure();
    return {
      key,
      taken: taken.length,
      examples: taken.slice(0, EXAMPLES).map((place) => excerpt(eventAt(place).event.text, EXAMPLE_CHARS)),
      microsecondsPerMillionLines: perMillion(ms),
      shareOfReading: baseMs === 0 ? 0 : ms / baseMs,
      isWide: taken.length >= MIN_WIDE && taken.length > formal.size / 3,
    };
  });
  costs.sort((a, b) => b.taken - a.taken || b.microsecondsPerMillionLines - a.microsecondsPerMillionLines);
  return {
    lines: places.length,
    failures: failures.length,
    readingMicrosecondsPerMillionLines: perMillion(baseMs),
    costs,
  };
}

interface SampleStream extends SampleLog {
  readonly decoded: readonly DecodedLine[];
  readonly texts: readonly string[];
}

/** A line of the sample that is not blank. */
interface Place {
  readonly stream: SampleStream;
  readonly at: number;
}

function openStream(log: SampleLog): SampleStream {
  const texts = splitLines(log.data).map((raw) => raw.toString('utf8'));
  return { ...log, texts, decoded: decodeLog(texts, log.runtime, log.stream) };
}

const eventAt = ({ stream, at }: Place): DecodedLine => stream.decoded[at] as DecodedLine;

type Shapes = Map<SampleStream, LineShape[]>;

/**
 * The places at which a set's causes hit.
 *
 * @param shapesOf the lines, with what is found out about them: a pass that is timed makes its own
 */
function hitsOf(rules: RuleSet, places: readonly Place[], shapesOf: Shapes = new Map()): Place[] {
  return places.filter((place) => {
    const { stream } = place;
    const { event, line } = eventAt(place);
    const shapes = shapesOf.get(stream) ?? stream.texts.map((text) => shapeLater(() => text));
    shapesOf.set(stream, shapes);
    const window = event.typed ? undefined : { shapes, at: line.number };
    return rules.match(event, stream.stream, stream.runtime, window).hits.length > 0;
  });
}

/** Milliseconds for one pass over the places: the median of several, after the patterns have been compiled. */
function timeOf(rules: RuleSet, places: readonly Place[], nowMs: () => number): number {
  if (places.length === 0) return 0;
  hitsOf(rules, places);
  const figures = Array.from({ length: ROUNDS }, () => {
    const startMs = nowMs();
    hitsOf(rules, places);
    return nowMs() - startMs;
  });
  return figures.sort((a, b) => a - b)[(ROUNDS - 1) / 2] as number;
}

const measured = (id: string, condition: Cause['any'][number]): Cause => ({
  id,
  title: 'What is measured with',
  category: 'unknown.unmatched',
  precedence: 0,
  any: [condition],
  action: 'record',
  status: 'stable',
  examples: { match: [], ignore: [] },
});
const EVERY = measured('every', { message: '(?s).' });
/** Reads every failure, and takes none: no program has such a code. */
const NEVER = measured('never', { code: ['knell-bench-never'] });

function packOf(cause: Cause): RulePack {
  const empty = { signals: [], statements: [], rules: [] };
  return { schema: 'knell.rules/v1', pack: 'measured', version: '1.0.0', runtime: 'any', ...empty, causes: [cause] };
}
