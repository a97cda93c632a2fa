import type { RulePack } from '../../contracts/rule-pack.ts';
import { bannerPattern, wordingPattern } from '../causes/compile-causes.ts';
import { conditionsOf } from '../compile-clause.ts';
import { knowTextNeedles, textNeedles } from '../needles/text-needles.ts';

/** What texts must contain for a pack's patterns, in the order of `patternsOf`; null where they may be anything. */
export type PackTexts = readonly (readonly string[] | null)[];

/** Finds out what texts must contain for the patterns of a pack: dear, and always the same. */
export function textsOf(pack: RulePack): PackTexts {
  return patternsOf(pack).map((pattern) => textNeedles([pattern], 'decoded')?.map(({ text }) => text) ?? null);
}

/** Takes what `textsOf` said of the very same pack, so that patterns need not be compiled that no text calls for. */
export function knowTexts(pack: RulePack, texts: PackTexts): void {
  for (const [i, pattern] of patternsOf(pack).entries()) {
    const needles = texts[i];
    if (needles) knowTextNeedles(pattern, needles);
  }
}

/** The patterns that are tried on decoded texts. */
function patternsOf({ rules, signals, causes }: RulePack): string[] {
  const conditions = [
    ...rules.flatMap(({ match, recover }) => [...match.flatMap(conditionsOf), ...(recover ?? [])]),
    ...signals.flatMap(({ match }) => match),
  ];
  const words = causes.flatMap(({ any }) => any);
  return [
    ...conditions.flatMap(({ line, text }) => [...listOf(line), ...listOf(text)]),
    ...words.flatMap(({ banner }) => listOf(banner).map(bannerPattern)),
    ...words.flatMap(({ banner, message }) => [...listOf(banner), ...listOf(message)].map(wordingPattern)),
  ];
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}
