import { type BenchRulesResult, MAX_SHARE_OF_SCAN, type RuleCost } from '../../authoring/bench-rules.ts';
import type { coloursFor } from '../terminal/colour.ts';
import { table } from '../terminal/table.ts';

type Colours = ReturnType<typeof coloursFor>;

export interface RenderBenchOptions {
  /** How many rules to show; dear ones always are. */
  readonly top: number;
  /** What the figures were measured on, for people. */
  readonly sample: string;
  readonly colours: Colours;
}

/** How many of a rule's needles are named. */
const NEEDLES_NAMED = 3;

/** What rules cost, for people: the table, then each dear rule with what makes it dear and what to do. */
export function renderBench(result: BenchRulesResult, { top, sample, colours }: RenderBenchOptions): string {
  const { lines, rules, scanMicrosecondsPerMillionLines: scan, budgetMicroseconds: budget } = result;
  const dear = rules.filter(({ isDear }) => isDear);
  const shown = rules.filter(({ isDear, candidates }, place) => isDear || (candidates > 0 && place < top));
  const costing = rules.filter(({ candidates }) => candidates > 0).length;
  const head = [
    `${number(lines)} lines of ${sample}`,
    `a scan for the shipped rules takes ${number(scan)} µs for a million such lines; one rule may take ${percent(MAX_SHARE_OF_SCAN)} of that, ${number(budget)} µs`,
  ];
  const rows = shown.map((rule) => rowOf(rule, colours));
  const rest = [
    ...(costing > shown.length
      ? [`${plural(costing - shown.length, 'rule costs', 'rules cost')} less: --top shows more`]
      : []),
    ...(rules.length > costing
      ? [
          `${plural(rules.length - costing, 'rule costs', 'rules cost')} nothing: not one of these lines has their words`,
        ]
      : []),
  ];
  return [
    ...head.map((line) => colours.dim(line)),
    '',
    ...(rows.length > 0 ? [alignedTable(rows)] : []),
    ...rest.map((line) => colours.dim(line)),
    ...(rest.length > 0 ? [''] : []),
    ...dear.map((rule) => accountOf(rule, lines, colours)),
    dear.length === 0
      ? `${colours.green('✓')} none of ${plural(rules.length, 'rule', 'rules')} is dear`
      : `${colours.red('✗')} ${number(dear.length)} of ${plural(rules.length, 'rule', 'rules')} ${dear.length === 1 ? 'is' : 'are'} dear`,
    '',
  ].join('\n');
}

const HEADINGS = ['rule', 'candidates', 'confirmed', 'µs / M lines', 'of the scan'];

function rowOf(
  { key, candidates, confirmations, microsecondsPerMillionLines, shareOfScan, isDear }: RuleCost,
  colours: Colours,
) {
  const cells = [number(candidates), number(confirmations), number(microsecondsPerMillionLines), percent(shareOfScan)];
  return { key, cells, paint: isDear ? colours.red : (text: string) => text };
}

/** Figures stand one under the other at their last digit. */
function alignedTable(rows: readonly ReturnType<typeof rowOf>[]): string {
  const widths = HEADINGS.slice(1).map((heading, column) =>
    Math.max(heading.length, ...rows.map(({ cells }) => (cells[column] ?? '').length)),
  );
  const aligned = (cells: readonly string[]) => cells.map((cell, column) => cell.padStart(widths[column] ?? 0));
  return table(
    ['rule', ...aligned(HEADINGS.slice(1))],
    rows.map(({ key, cells, paint }) => [key, ...aligned(cells)].map(paint)),
  );
}

/** Why a rule is dear, and what its author can do about it. */
function accountOf(
  { key, candidates, confirmations, needles, shareOfScan }: RuleCost,
  lines: number,
  colours: Colours,
): string {
  const [most] = needles;
  const named = needles
    .slice(0, NEEDLES_NAMED)
    .map(({ text, lines: finds }) =>
      text === undefined
        ? `has nothing to look for: each of ${number(lines)} lines is decoded for it`
        : `looks for ${colours.cyan(JSON.stringify(text))}: in ${plural(finds, 'line', 'lines')}`,
    );
  const more = needles.length > NEEDLES_NAMED ? [`and for ${needles.length - NEEDLES_NAMED} other texts`] : [];
  const isWhole = candidates > 0 && confirmations * 2 > candidates;
  const hint =
    most?.text === undefined
      ? 'Name the event, ask for a field, or write out two characters or more in each choice of the pattern.'
      : isWhole
        ? 'It holds on most of these lines. If they are healthy, it says too much: narrow it, or add "unless".'
        : 'Those words are in ordinary output. Write out more of the message around them, or ask for a field that only it has.';
  return [
    `${colours.red('DEAR')}  ${colours.bold(key)}  ${costOf(shareOfScan)}`,
    ...[...named, ...more].map((line) => `  ${line}`),
    `  ${colours.dim('→')} ${hint}`,
    '',
  ].join('\n');
}

function costOf(share: number): string {
  return share >= 10 ? `${percent(share)} the scan` : `${percent(share)} of the scan`;
}

export function number(value: number): string {
  return value.toLocaleString('en-GB');
}

export function percent(share: number): string {
  if (share >= 10) return `${number(Math.round(share))} ×`;
  const value = share * 100;
  return `${value >= 10 || value === 0 ? number(Math.round(value)) : value < 0.1 ? '< 0.1' : value.toFixed(1)} %`;
}

export function plural(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}
