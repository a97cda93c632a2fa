import type { WhyReport } from './report.ts';

/** What a terminal can do for a report: how a part is made to stand out. */
export interface Emphasis {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
}

/** The report as one screen of text. */
export function renderWhy(report: WhyReport, { bold, dim, red }: Emphasis): string {
  const { run, summary, category, source, rule } = report;
  const lines = [
    `${bold(run)}  ${category ? red(category) : ''}`.trimEnd(),
    `  ${summary}`,
    ...(source ? [`  ${dim('who said so')}  ${source}`] : []),
    ...(rule ? [`  ${dim('by')}           ${rule}`] : []),
  ];
  for (const { where, lines: around } of report.evidence) {
    lines.push('', `  ${bold('evidence')}  ${dim(where)}`);
    for (const { text, isEvidence } of around) lines.push(isEvidence ? `  ${red('▶')} ${text}` : `    ${dim(text)}`);
  }
  if (report.timeline.length > 0) {
    lines.push('', `  ${bold('time line')}`);
    for (const { at, what } of report.timeline) lines.push(`    ${dim(at)}  ${what}`);
  }
  if (report.ruledOut.length > 0) {
    lines.push('', `  ${bold('ruled out')}`);
    for (const { what, why } of report.ruledOut) lines.push(`    ${what}`, `      ${dim(why)}`);
  }
  if (report.next.length > 0) {
    lines.push('', `  ${bold('what to do')}`);
    for (const step of report.next) lines.push(`    ${step}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The report as Markdown for a ticket. What the run printed stands in code, so that nothing in it is markup. */
export function renderWhyMarkdown(report: WhyReport): string {
  const { run, summary, category, source, rule } = report;
  const lines = [
    `## ${run}${category ? `: \`${category}\`` : ''}`,
    '',
    summary,
    '',
    ...(source ? [`- Who said so: ${source}`] : []),
    ...(rule ? [`- By: \`${rule}\``] : []),
  ];
  for (const { where, lines: around } of report.evidence) {
    const fence = '`'.repeat(Math.max(3, longestTicks(around.map(({ text }) => text)) + 1));
    lines.push('', `### Evidence (${where})`, '', `${fence}text`);
    for (const { text, isEvidence } of around) lines.push(`${isEvidence ? '> ' : '  '}${text}`);
    lines.push(fence);
  }
  if (report.timeline.length > 0) {
    lines.push('', '### Time line', '');
    for (const { at, what } of report.timeline) lines.push(`- ${at} ${what}`);
  }
  if (report.ruledOut.length > 0) {
    lines.push('', '### Ruled out', '');
    for (const { what, why } of report.ruledOut) lines.push(`- ${inCode(what)}: ${why}`);
  }
  if (report.next.length > 0) {
    lines.push('', '### What to do', '');
    for (const step of report.next) lines.push(`- ${step}`);
  }
  return `${lines.join('\n')}\n`;
}

function longestTicks(texts: readonly string[]): number {
  return Math.max(0, ...texts.flatMap((text) => [...text.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
}

function inCode(text: string): string {
  const ticks = '`'.repeat(longestTicks([text]) + 1);
  return `${ticks} ${text} ${ticks}`;
}
