import type { StreamName } from '../../src/contracts/run.ts';
import type { StreamFormat } from '../../src/decode/decoder.ts';
import { allDecoders } from '../../src/decode/decoders.ts';
import { everyLine } from '../../src/ruleset/every-line.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';

const STREAMS: readonly StreamName[] = ['stdout', 'stderr'];
const FORMATS: readonly StreamFormat[] = ['structured', 'text'];

/**
 * The slow reference: the rows of a chunk that say anything to any rule, whatever runtime printed them on whatever stream.
 * Every line is decoded in every way there is, and tried on all rules.
 */
export function linesThatMatter(rules: RuleSet, chunk: Buffer): number[] {
  return everyLine(chunk)
    .filter(({ start, end }) => matters(rules, chunk.subarray(start, end)))
    .map(({ row }) => row);
}

function matters(rules: RuleSet, raw: Buffer): boolean {
  return allDecoders().some((decoder) =>
    STREAMS.some((stream) =>
      FORMATS.some((format) => {
        const event = decoder.decode({ stream, number: 0, raw }, format);
        const { hits, recoveries, signals, unknowns = [] } = rules.match(event, stream, decoder.runtime);
        return event.claimsError || hits.length + recoveries.length + signals.length + unknowns.length > 0;
      }),
    ),
  );
}

/** Rows that matter and are not among the candidates: must be none. */
export function missedLines(rules: RuleSet, chunk: Buffer): number[] {
  const candidates = new Set(rules.candidates(chunk).map(({ row }) => row));
  return linesThatMatter(rules, chunk).filter((row) => !candidates.has(row));
}
