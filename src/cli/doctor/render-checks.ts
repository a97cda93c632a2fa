import { EXIT } from '../exit-codes.ts';
import type { coloursFor } from '../terminal/colour.ts';
import type { Check } from './check.ts';

/** A line each, and one that counts. */
export function renderChecks(checks: readonly Check[], colours: ReturnType<typeof coloursFor>): string {
  const paint = { ok: colours.green, warning: colours.yellow, failed: colours.red };
  const width = Math.max(...checks.map(({ check }) => check.length));
  const lines = checks.map(
    ({ check, level, message }) => `${paint[level](level.padEnd(7))}  ${check.padEnd(width)}  ${message}`,
  );
  return `${[...lines, '', summaryOf(checks)].join('\n')}\n`;
}

function summaryOf(checks: readonly Check[]): string {
  const count = (level: Check['level']) => checks.filter((check) => check.level === level).length;
  const [bad, weak] = [count('failed'), count('warning')];
  if (bad + weak === 0) return 'nothing to mend';
  return [bad > 0 && `${bad} to mend`, weak > 0 && `${weak} ${weak === 1 ? 'warning' : 'warnings'}`]
    .filter(Boolean)
    .join(', ');
}

/** 3 where no server could be reached, 1 where something failed, else 0: a warning keeps nothing from working. */
export function exitCodeFor(checks: readonly Check[]): number {
  if (checks.some(({ unreachable }) => unreachable)) return EXIT.unreachable;
  return checks.some(({ level }) => level === 'failed') ? EXIT.found : EXIT.done;
}
