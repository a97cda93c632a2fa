import type { Finding } from './finding.ts';
import type { RuleSource, SourcePath } from './rule-source.ts';

/** What a check says. */
export interface Said {
  readonly code: string;
  /** What it is about: a place in the file. */
  readonly path: SourcePath;
  readonly message: string;
  readonly hint: string;
  readonly level?: Finding['level'];
}

export type Say = (said: Said) => void;

/** Turns what checks say about one file, or one rule of it, into findings at the places where it is written. */
export function createSay(source: RuleSource, findings: Finding[], rule?: string): Say {
  return ({ path, level = 'error', ...said }) => {
    findings.push({ ...said, level, file: source.file, ...source.locate(path), ...(rule !== undefined && { rule }) });
  };
}
