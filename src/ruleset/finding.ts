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
