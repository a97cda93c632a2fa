/** Something wrong or doubtful in a rules folder: a value, never an exception, so that all of them are shown at once. */
export interface Finding {
  /** Stable, for machines: e.g. `pattern-invalid`. */
  readonly code: string;
  readonly level: 'error' | 'warning';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** `pack/rule-id` where it is about one rule. */
  readonly rule?: string;
  readonly message: string;
  readonly hint: string;
}

/** In the order in which a person reads them: by file, then by place. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}

/** Whether there is a finding that keeps the rules from being used. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ level }) => level === 'error');
}
