import type { StreamName } from '../../contracts/run.ts';
import type { Position } from '../../contracts/run-state.ts';
import { shapeLater } from '../../decode/text/late-shape.ts';
import type { LineShape } from '../../decode/text/line-shape.ts';
import { AFTER_PROSE } from '../../decode/text/quotation.ts';
import type { CompiledRule, RuleSet } from '../../ruleset/rule-set.ts';

/** A line that a run printed near its end. */
export interface LastLine {
  readonly stream: StreamName;
  readonly position: Position;
  readonly text: string;
}

/** The end of one stream. */
export interface StreamEnd {
  readonly stream: StreamName;
  /** Its lines of plain text. A host writes such lines between a structured stream's events. */
  readonly lines: readonly LastLine[];
  readonly shapes: readonly LineShape[];
  /** Index of the first line that counts as a last word: what stands before it only tells who speaks. */
  readonly from: number;
  /** Sequence of the message from which on the stream's last words were said. */
  readonly sinceSeq: number;
}

/** How many lines that are not blank are a stream's last words. */
const LAST_WORDS = 20;

/**
 * The end of a stream, ready to be read.
 *
 * @param all its last lines, in order
 * @param isText whether it is written as plain text
 */
export function streamEnd(stream: StreamName, all: readonly LastLine[], isText: boolean): StreamEnd {
  const spoken = all.filter(({ text }) => text.trim() !== '').slice(-LAST_WORDS);
  const lines = isText ? all : all.filter(({ text }) => !text.trimStart().startsWith('{'));
  const from = lines.findIndex((line) => spoken.includes(line));
  return {
    stream,
    lines,
    shapes: lines.map(({ text }) => shapeLater(() => text)),
    from: from === -1 ? lines.length : from,
    sinceSeq: spoken[0]?.position.seq ?? Number.POSITIVE_INFINITY,
  };
}

/** What a run said last of its failure, and what that means. */
export interface LastStatement {
  readonly rule: CompiledRule;
  readonly line: LastLine;
}

/**
 * The last statement of plain text whose cause is known, by its words or by the floor. A run that ended badly is no longer
 * at risk, so statements count that a live run is not ended for: one behind prose, one that the client retried, one that
 * it said something after. A quotation, a test's and a tool's output, and a warning never do. Pure.
 */
export function lastStatement(ends: readonly StreamEnd[], rules: RuleSet, runtime: string): LastStatement | undefined {
  const found = ends.flatMap(({ stream, lines, shapes, from }) => {
    for (let at = shapes.length - 1; at >= from; at -= 1) {
      const reading = rules.readText({ shapes, at }, stream, runtime);
      const resolved = reading?.resolved ?? reading?.tried;
      if (!reading || !resolved || !COUNTS.has(reading.text.cancelled)) continue;
      return [{ rule: resolved.cause.rule, line: lines[at] as LastLine }];
    }
    return [];
  });
  return found.reduce<LastStatement | undefined>(
    (last, one) => (last && isLater(last.line.position, one.line.position) ? last : one),
    undefined,
  );
}

const COUNTS: ReadonlySet<string | undefined> = new Set([undefined, 'went on', 'retried', AFTER_PROSE]);

function isLater(a: Position, b: Position): boolean {
  return a.seq > b.seq || (a.seq === b.seq && a.row > b.row);
}
