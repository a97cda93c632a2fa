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
const READINGS: readonly Reading[] = allDecoders().flatMap((decoder) =>
  STREAMS.flatMap((stream) => FORMATS.map((format) => ({ decoder, stream, format }))),
);

/** The engine: candidates only, decoded and tried on all rules at once. */
export function compileEngine(pack: RulePack): RuleSet {
  return compileRules([pack], undefined, { errorLiterals: ERROR_LITERALS });
}

/** Everything that the engine has to say about a chunk, whoever printed it, one text for each thing said. */
export function saidByEngine(pack: RulePack, chunk: Buffer): string[] {
  const rules = compileEngine(pack);
  return said([rules], chunk, rules.candidates(chunk));
}

/** The same from every line there is, and every rule and signal by itself: slow, and too simple to be wrong. */
export function saidBySlowReference(pack: RulePack, chunk: Buffer): string[] {
  const alone = [
    ...pack.rules.map((rule) => ({ ...pack, rules: [rule], signals: [] })),
    ...pack.signals.map((signal) => ({ ...pack, rules: [], signals: [signal] })),
  ];
  return said(
    alone.map((one) => compileRules([one])),
    chunk,
    everyLine(chunk),
  );
}

function said(ruleSets: readonly RuleSet[], chunk: Buffer, lines: readonly LineRange[]): string[] {
  const all: string[] = [];
  for (const { start, end, row } of lines) {
    for (const { decoder, stream, format } of READINGS) {
      const event = decoder.decode({ stream, number: row, raw: chunk.subarray(start, end) }, format);
      const by = `${row} ${decoder.runtime} ${stream} ${format}`;
      if (event.claimsError) all.push(`${by} claims an error`);
      for (const rules of ruleSets)
        all.push(...wordsOf(rules.match(event, stream, decoder.runtime)).map((word) => `${by} ${word}`));
    }
  }
  return all.sort();
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
