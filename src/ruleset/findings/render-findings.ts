import pc from 'picocolors';
import type { Finding } from './finding.ts';

export interface RenderOptions {
  /** Whether the reader can see colours; the caller knows about terminals and NO_COLOR. */
  readonly colour?: boolean;
}

/**
 * Findings for people: `file:line:column level code message`, the hint below, and a closing count.
 * Empty when there is nothing to say. Ends without a line break.
 */
export function renderFindings(findings: readonly Finding[], options: RenderOptions = {}): string {
  if (findings.length === 0) return '';
  const { bold, cyan, dim, red, yellow } = pc.createColors(options.colour ?? false);
  const blocks = findings.map(({ file, line, column, level, code, rule, message, hint }) => {
    const place = bold(`${file}:${line}:${column}`);
    const label = level === 'error' ? red(level) : yellow(level);
    const about = rule === undefined ? '' : ` ${cyan(rule)}`;
    return `${place} ${label} ${dim(code)}${about}\n  ${message}\n  ${dim(hint)}`;
  });
  return [...blocks, countFindings(findings)].join('\n');
}

/** The same findings for machines: one JSON array. */
export function renderFindingsJson(findings: readonly Finding[]): string {
  return JSON.stringify(findings);
}

function countFindings(findings: readonly Finding[]): string {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}
