import type { Overrun } from '../../classify/abort-budget.ts';
import type { DearRule } from './rule-meter.ts';

/** Why a rule is in quarantine, and what to do. */
export function costMessageOf({ key, share, limit }: DearRule): string {
  return `The rule ${key} takes ${Math.round(share * 100)} % of a worker's time with lines that are not about it; ${Math.round(limit * 100)} % are allowed. It is tried only as far as its share goes, and aborts nothing more, until it is mended ("knell rules context ${key}" says what makes it dear) and released with "knell mode --release ${key}".`;
}

/** Rounded to hundredths. */
export function twoDigits(share: number): number {
  return Math.round(share * 100) / 100;
}

/** Why something goes into shadow mode, and what to do. */
export function messageOf({ kind, who, span, count, limit }: Overrun, target: string): string {
  const what = kind === 'rule' ? `The rule ${who}` : kind === 'subscription' ? `Subscription ${who}` : 'The fleet';
  const then =
    target === '*'
      ? 'Nothing is aborted any more until a person has looked and runs "knell mode enforce"'
      : `"${target}" aborts nothing more until a person has looked and runs "knell mode --release ${target.includes(' ') ? `'${target}'` : target}"`;
  return `${what} had ${count} runs aborted within a ${span} that are no outage of one credential; ${limit} are believed. ${then}.`;
}
