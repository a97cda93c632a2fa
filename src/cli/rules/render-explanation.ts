import type { LineExplanation, LogExplanation, RuleExplanation } from '../../authoring/explain/explain-log.ts';
import type { Paragraph } from '../../authoring/explain/explain-record.ts';
import { coloursFor } from '../terminal/colour.ts';

const MARKS: Readonly<Record<RuleExplanation['outcome'], string>> = {
  hit: '✓',
  outranked: '↓',
  waiting: '…',
  excluded: '−',
  unknown: '?',
  no: '✗',
};

/**
 * An explained log for people. Marks and words carry the meaning; colours only help.
 *
 * @param readAs what the log was read as; left out: only the runtime is named
 */
export function renderExplanation(
  { runtime, lines, ending, verdict }: LogExplanation,
  readAs = `read as ${runtime}`,
): string {
  const colours = coloursFor(process.stdout);
  const blocks = lines.map((line) => renderLine(line, colours));
  const end = ending.length === 0 ? [] : [section('at the end of the log', ending, colours)];
  const [abort] = verdict.aborts;
  const conclusion = abort
    ? colours.red(`the run is ended: ${verdict.state?.verdict?.category ?? abort.category}`)
    : colours.green('no run is ended');
  const nothing =
    blocks.length === 0 ? [colours.dim('no rule has anything to say about any line; --all shows them all')] : [];
  return [colours.dim(readAs), ...nothing, ...blocks, ...end, conclusion, ''].join('\n');
}

function renderLine(line: LineExplanation, colours: ReturnType<typeof coloursFor>): string {
  const { number, text, event, provenance, standing, subagent, claimsError, looked, rules, signals, decisions } = line;
  const traits = [
    provenance,
    standing,
    ...(subagent ? ['of a subagent'] : []),
    ...(claimsError ? ['claims an error'] : []),
  ];
  return [
    `${colours.bold(`${number}`)}  ${colours.cyan(event)}  ${traits.join(', ')}`,
    `   ${colours.dim(text.replaceAll('\n', '\n   '))}`,
    ...rules.map(({ rule, outcome, because }) => {
      const paint = outcome === 'hit' ? colours.green : outcome === 'no' ? colours.dim : colours.yellow;
      return `   ${paint(`${MARKS[outcome]} ${rule}`)}  ${because}`;
    }),
    `   ${colours.dim(`${looked} ${looked === 1 ? 'rule' : 'rules'} looked${rules.some(({ outcome }) => outcome !== 'no') ? '' : ', none hit'}`)}`,
    ...signals.map((signal) => `   signal ${signal}`),
    ...decisions.map((decision) => `   ${colours.bold('→')} ${decision}`),
    '',
  ].join('\n');
}

function section(title: string, sentences: readonly string[], colours: ReturnType<typeof coloursFor>): string {
  return [colours.bold(title), ...sentences.map((sentence) => `   ${colours.bold('→')} ${sentence}`), ''].join('\n');
}

/** Paragraphs for people, one sentence a line. */
export function renderParagraphs(paragraphs: readonly Paragraph[]): string {
  const colours = coloursFor(process.stdout);
  return paragraphs
    .map(({ title, sentences }) => [colours.bold(title), ...sentences.map((one) => `  ${one}`), ''].join('\n'))
    .join('\n');
}
