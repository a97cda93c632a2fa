import { everyLine } from './every-line.ts';
import type { LineView } from './line-view.ts';
import type { LineGuard } from './needles/line-guard.ts';
import { allNeedles, type NeedleSources } from './needles/rule-needles.ts';
import type { LineRange } from './rule-set.ts';
import { createChunkScanner, HIDDEN_TEXT } from './scan/chunk-scanner.ts';
import { RAW_HIDDEN_TEXT } from './scan/hidden-text.ts';

/** Finds the lines of a chunk that rules, signals or an error claim could be about: a superset, in order. */
export type Prefilter = (chunk: Buffer) => LineRange[];

/**
 * Makes the prefilter of a rule set: one pass over the raw bytes, in which only the lines that contain a needle of some
 * condition, or something in hiddenText, are cut out. Where nothing can be looked for it lets every line through.
 *
 * `errorLiterals` are byte sequences of which every line that claims an error contains one; see `Decoder.errorLiterals`.
 */
export function createPrefilter(input: NeedleSources): Prefilter {
  const all = allNeedles(input);
  if (!all) return everyLine;
  const scanner = createChunkScanner(
    all.map(({ needle }) => needle),
    RAW_HIDDEN_TEXT,
  );
  return (chunk) => {
    const ranges: LineRange[] = [];
    scanner.scan(chunk, (needle, at) => {
      const line = scanner.lineAt(at);
      const guards = needle === HIDDEN_TEXT ? undefined : all[needle]?.guards;
      if (guards && !passesOne(guards, line)) return 0;
      const { start, end, row } = line;
      ranges.push({ start, end, row });
      return end;
    });
    return ranges;
  };
}

function passesOne(guards: readonly LineGuard[], line: LineView): boolean {
  for (const guard of guards) if (guard.passes(line)) return true;
  return false;
}
