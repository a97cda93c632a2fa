import type { Finding } from './finding.ts';
import type { RuleSource, SourcePath } from './rule-source.ts';

/** What a check says. */
export interface Said {
  readonly code: string;
  readonly path: SourcePath;
  readonly message: string;
  readonly hint: string;
  readonly level?: Finding['level'];
  /** Point at the key of the path rather than at its value. */
  readonly key?: boolean;
}

/** Collects what checks say about one file, at the places where it is written. */
export interface Report {
  readonly findings: Finding[];
  /** The same report for one rule of the file. */
  about(rule: string): (said: Said) => void;
  say(said: Said): void;
}

export function createReport(source: RuleSource): Report {
  const findings: Finding[] = [];
  const say = ({ path, key, level = 'error', ...said }: Said, rule?: string) => {
    const place = source.locate(path, key ? 'key' : undefined);
    findings.push({ ...said, level, file: source.file, ...place, ...(rule !== undefined && { rule }) });
  };
  return { findings, about: (rule) => (said) => say(said, rule), say: (said) => say(said) };
}
