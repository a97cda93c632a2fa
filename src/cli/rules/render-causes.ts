import type { BenchCausesResult, CauseCost } from '../../authoring/bench-causes.ts';
import { table } from '../terminal/table.ts';
import { number, percent, plural, type RenderBenchOptions } from './render-bench.ts';

/** Of so few, each that takes a line is told with examples; of more, only wide ones. */
const FEW = 10;

/** What causes and statements do to healthy output, for people: the table, then each wide one with lines that it takes. */
export function renderCauses(result: BenchCausesResult, { top, colours }: RenderBenchOptions): string {
  const { lines, failures, costs } = result;
  if (costs.length === 0) return '';
  const wide = costs.filter(({ isWide }) => isWide);
  const shown = costs.filter(
    ({ taken, isWide, shareOfReading }, place) => isWide || (place < top && (taken > 0 || shareOfReading >= 0.01)),
  );
  const rest = costs.length - shown.length;
  const rows = shown.map(({ key, taken, microsecondsPerMillionLines: us, shareOfReading, isWide }) =>
    [key, number(taken), number(us), percent(shareOfReading)].map(isWide ? colours.red : (text: string) => text),
  );
  return [
    '',
    colours.dim(`${plural(failures, 'line states', 'lines state')} a failure in ${number(lines)} lines`),
    ...(rows.length > 0 ? ['', table(['cause or statement', 'takes', 'µs / M lines', 'of reading'], rows)] : []),
    ...(rest > 0
      ? [colours.dim(`${plural(rest, 'other takes', 'others take')} no more than these: --top shows more`)]
      : []),
    '',
    ...(costs.length <= FEW ? costs.filter(({ taken }) => taken > 0) : wide).map((cost) => accountOf(cost, failures)),
    wide.length === 0
      ? `${colours.green('✓')} none of ${plural(costs.length, 'cause or statement', 'causes and statements')} is wide`
      : `${colours.red('✗')} ${plural(wide.length, 'cause or statement is', 'causes and statements are')} wide`,
    '',
  ].join('\n');

  function accountOf({ key, taken, examples, isWide }: CauseCost, of: number): string {
    return [
      `${isWide ? `${colours.red('WIDE')}  ` : ''}${colours.bold(key)}  takes ${plural(taken, 'healthy line', 'healthy lines')}, of ${number(of)} that state a failure`,
      ...examples.map((text) => `  ${colours.cyan(JSON.stringify(text))}`),
      `  ${colours.dim('→')} If these are healthy: write out the words of the message, or ask for a code or a status as well.`,
      '',
    ].join('\n');
  }
}
