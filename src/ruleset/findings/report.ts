import type { Finding } from './finding.ts';
import type { RuleSource, SourcePath } from './rule-source.ts';

/** More findings than a person reads at once; a file made of mistakes must not take long to refuse. */
export const MAX_FINDINGS = 200;

/** What a check says. */
export interface Said {
  readonly code: string;
  /** What it is about: a place in the file. */
  readonly path: SourcePath;
  readonly message: string;
  readonly hint: string;
  readonly level?: Finding['level'];
  /** Point at the key of the path rather than at its value. */
  readonly key?: boolean;
}

export type Say = (said: Said) => void;

/** Turns what checks say about one file into findings, up to {@link MAX_FINDINGS} and one that says there are more. */
export interface Report {
  readonly findings: readonly Finding[];
  /** Nothing more will be taken down. */
  isFull(): boolean;
  readonly say: Say;
  /** The same for one rule of the file, by its key. */
  about(rule: string | undefined): Say;
}

export function createReport(source: RuleSource): Report {
  const findings: Finding[] = [];
  const isFull = () => findings.length > MAX_FINDINGS;
  const about =
    (rule?: string): Say =>
    ({ path, key, level = 'error', ...said }) => {
      if (isFull()) return;
      if (findings.length === MAX_FINDINGS) {
        const message = 'There are more findings in this file.';
        const hint = 'Mend the first ones; the rest often follow from them.';
        const place = { file: source.file, line: 1, column: 1 };
        findings.push({ code: 'too-many-findings', level: 'error', ...place, message, hint });
        return;
      }
      const place = source.locate(path, key ? 'key' : undefined);
      findings.push({ ...said, level, file: source.file, ...place, ...(rule !== undefined && { rule }) });
    };
  return { findings, isFull, say: about(), about };
}
