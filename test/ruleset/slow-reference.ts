import type { RulePack } from '../../src/contracts/rule-pack.ts';
import type { StreamName } from '../../src/contracts/run.ts';
import type { Decoder, StreamFormat } from '../../src/decode/decoder.ts';
import { allDecoders } from '../../src/decode/decoders.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { everyLine } from '../../src/ruleset/every-line.ts';
import type { EventMatch, LineRange, RuleSet } from '../../src/ruleset/rule-set.ts';

const ERROR_LITERALS = allDecoders().flatMap(({ errorLiterals }) => errorLiterals);

/** A way to read lines. */
interface Reading {
  readonly decoder: Decoder;
  readonly stream: StreamName;
  readonly format: StreamFormat;
}

const STREAMS: readonly StreamName[] = ['stdout', 'stderr'];
const FORMATS: readonly StreamFormat[] = ['structured', 'text'];
/** The events of a decoder that reads every line meet no prefilter: see `linesOf` in `stream-context.ts`. */
const READINGS: readonly Reading[] = allDecoders().flatMap((decoder) =>
  STREAMS.flatMap((stream) =>
    FORMATS.filter((format) => format === 'text' || !decoder.readsEveryLine).map((format) => ({
      decoder,
      stream,
      format,
    })),
  ),
);

/** The engine: candidates only, decoded and tried on all rules at once. */
export function compileEngine(pack: RulePack): RuleSet {
  return compileRules([pack], undefined, { errorLiterals: ERROR_LITERALS });
}

/** Everything that the engine has to say about a chunk, whoever printed it, one text for each thing said. */
export function saidByEngine(pack: RulePack, chunk: Buffer): string[] {
  const rules = compiledWhole.get(pack) ?? compileEngine(pack);
  compiledWhole.set(pack, rules);
  return said([rules], chunk, rules.candidates(chunk));
}

const compiledWhole = new WeakMap<RulePack, RuleSet>();

/** The same from every line there is, and every rule and signal by itself: slow, and too simple to be wrong. */
export function saidBySlowReference(pack: RulePack, chunk: Buffer): string[] {
  const alone = compiledAlone.get(pack) ?? compileAlone(pack);
  compiledAlone.set(pack, alone);
  return said(alone, chunk, everyLine(chunk));
}

const compiledAlone = new WeakMap<RulePack, readonly RuleSet[]>();

/** Each rule and signal in a rule set of its own, without the tables that find candidates. */
function compileAlone(pack: RulePack): RuleSet[] {
  return [
    ...pack.rules.map((rule) => ({ ...pack, rules: [rule], signals: [] })),
    ...pack.signals.map((signal) => ({ ...pack, rules: [], signals: [signal] })),
  ].map((one) => compileRules([one], undefined, { startsLight: true }));
}

function said(ruleSets: readonly RuleSet[], chunk: Buffer, lines: readonly LineRange[]): string[] {
  // The same bytes are the same line: only its row differs.
  const known = new Map<string, readonly string[]>();
  return lines
    .flatMap(({ start, end, row }) => {
      const raw = chunk.subarray(start, end);
      const key = raw.toString('latin1');
      const words = known.get(key) ?? saidOfLine(ruleSets, raw);
      known.set(key, words);
      return words.map((word) => `${row} ${word}`);
    })
    .sort();
}

function saidOfLine(ruleSets: readonly RuleSet[], raw: Buffer): string[] {
  // Most decoders read most lines alike, and the packs here are for any runtime: each reading is tried once.
  const tried = new Set<string>();
  return READINGS.flatMap(({ decoder, stream, format }) => {
    const event = decoder.decode({ stream, number: 0, raw }, format);
    const reading = `${stream} ${JSON.stringify(event)}`;
    if (tried.has(reading)) return [];
    tried.add(reading);
    const by = `${decoder.runtime} ${stream} ${format}`;
    const words = ruleSets.flatMap((rules) => wordsOf(rules.match(event, stream, decoder.runtime)));
    return [...(event.claimsError ? ['claims an error'] : []), ...words].map((word) => `${by} ${word}`);
  });
}

function wordsOf({ hits, recoveries, signals, unknowns = [] }: EventMatch): string[] {
  return [
    ...hits.map((hit) => {
      const { rule, clause, condition, grade, pointer, captures } = hit;
      return `hits ${rule.key} ${clause} ${condition} ${grade} ${pointer} ${JSON.stringify(captures)}`;
    }),
    ...recoveries.map(({ key }) => `recovers ${key}`),
    ...signals.map(({ key }) => `signals ${key}`),
    ...unknowns.map(({ key }) => `can't tell ${key}`),
  ];
}

/** The rows of a chunk about which the slow reference has something to say. */
export function rowsThatMatter(pack: RulePack, chunk: Buffer): number[] {
  return [...new Set(saidBySlowReference(pack, chunk).map((word) => Number.parseInt(word, 10)))];
}
