import type { Cause, Statement } from '../../contracts/rule-pack.ts';
import { bannerPattern, wordingPattern } from '../causes/compile-causes.ts';
import type { Say } from '../findings/report.ts';
import type { SourcePath } from '../findings/rule-source.ts';
import type { PlacedPattern } from '../walk-rule.ts';
import { checkPattern } from './check-patterns.ts';
import { checkWords } from './check-specificity.ts';

/** Words that far apart have nothing to do with each other: a loose join costs more categories than a missing word. */
const MAX_GAP = 80;
/** A longer pattern is several wordings, and is hard to read. */
const MAX_LENGTH = 400;

/** Checks the patterns of a cause as they are compiled: an invalid one would silently never match. */
export function checkCause(cause: Pick<Cause, 'any'>, path: SourcePath, say: Say): void {
  for (const [i, condition] of cause.any.entries()) {
    const { banner, message, code, status } = condition;
    for (const placed of placesOf(banner, [...path, 'any', i, 'banner'])) checkWording(placed, bannerPattern, say);
    for (const placed of placesOf(message, [...path, 'any', i, 'message'])) checkWording(placed, wordingPattern, say);
    // A code or a status beside the words narrows them.
    if (code !== undefined || status !== undefined || condition.coarse) continue;
    for (const { source, path: at } of placesOf(banner, [...path, 'any', i, 'banner'])) {
      checkWords(bannerPattern(source), false, at, say);
    }
    for (const { source, path: at } of placesOf(message, [...path, 'any', i, 'message'])) {
      checkWords(wordingPattern(source), true, at, say);
    }
  }
}

/** Checks the patterns of a statement. */
export function checkStatement({ text, retrying }: Statement, path: SourcePath, say: Say): void {
  for (const placed of placesOf(text, [...path, 'text'])) {
    checkWording(placed, statementPattern, say);
    checkWords(statementPattern(placed.source), false, placed.path, say);
  }
  if (typeof retrying === 'string')
    checkWording({ source: retrying, use: 'text', path: [...path, 'retrying'] }, wordingPattern, say);
}

const statementPattern = (source: string): string => `(?i)^(?:${source})`;

function checkWording(placed: PlacedPattern, compiled: (source: string) => string, say: Say): void {
  const { source, path } = placed;
  checkPattern({ ...placed, source: compiled(source) }, say);
  const gap = widestGap(source);
  if (gap > MAX_GAP) {
    const message = `The pattern joins words that may stand ${gap} characters apart.`;
    say({
      code: 'pattern-loose',
      level: 'warning',
      path,
      message,
      hint: `Name what stands between, or allow at most ${MAX_GAP}.`,
    });
  }
  if (source.length > MAX_LENGTH) {
    const message = `The pattern is ${source.length} characters long.`;
    say({ code: 'pattern-long', level: 'warning', path, message, hint: 'Write each wording as an item of the list.' });
  }
}

function widestGap(source: string): number {
  const gaps = [...source.matchAll(/(?:\.|\(\.\|\\n\))\{\d*,(\d+)\}/g)].map(([, most]) => Number(most));
  return Math.max(0, ...gaps);
}

function placesOf(given: string | readonly string[] | undefined, path: SourcePath): PlacedPattern[] {
  if (given === undefined) return [];
  if (typeof given === 'string') return [{ source: given, use: 'text', path }];
  return given.map((source, i) => ({ source, use: 'text' as const, path: [...path, i] }));
}
