import type { Rule } from '../../contracts/rule-pack.ts';
import { conditionNeedles } from '../condition-needles.ts';
import { conditionsOfRule } from '../walk-rule.ts';
import { guardOf, type LineGuard } from './line-guard.ts';
import { foldAscii, isAt, type Needle } from './needle.ts';

/** What one condition of a rule has looked for in raw lines. */
export interface Sought {
  /** One of these makes the condition possible; `undefined`: there is nothing to look for, so every line is decoded. */
  readonly needles: readonly Needle[] | undefined;
  readonly guard: LineGuard | undefined;
}

/** A raw line, made ready for looking for many texts in it. */
export interface SearchedLine {
  readonly raw: Buffer;
  /** One character a byte, letters A to Z in lower case, as needles are. */
  readonly folded: string;
}

/** What is looked for on behalf of a rule, a condition each. */
export function soughtBy(rule: Rule): readonly Sought[] {
  return conditionsOfRule(rule, []).match.map(({ condition }) => ({
    needles: conditionNeedles(condition),
    guard: guardOf(condition),
  }));
}

export function searchedLine(raw: Buffer): SearchedLine {
  return { raw, folded: foldAscii(raw.toString('latin1')) };
}

/**
 * The needles for which a line is decoded on behalf of a condition. One line at a time, and slow: for telling what a
 * rule costs, not for finding lines.
 *
 * @returns none: it is not decoded for it · `undefined`: every line is
 */
export function neededFor({ needles, guard }: Sought, { raw, folded }: SearchedLine): readonly Needle[] | undefined {
  if (!needles) return undefined;
  const found = needles.filter((needle) => isIn(needle, raw, folded));
  if (found.length === 0 || !guard) return found;
  const view = {
    chunk: raw,
    start: 0,
    end: raw.length,
    hasReturns: () => raw.includes(0x0d),
    has: (text: string) => raw.includes(text, 0, 'latin1'),
  };
  return guard.passes(view) ? found : [];
}

function isIn(needle: Needle, raw: Buffer, folded: string): boolean {
  for (let at = folded.indexOf(needle.text); at !== -1; at = folded.indexOf(needle.text, at + 1)) {
    if (isAt(needle, raw, at)) return true;
  }
  return false;
}

/** A needle as people read it. */
export function needleText({ text }: Needle): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
