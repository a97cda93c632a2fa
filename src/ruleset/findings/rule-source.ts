import type { RuleOverrides, RulePack } from '../../contracts/rule-pack.ts';

/** A way into a document: keys and indexes from its root. */
export type SourcePath = readonly (string | number)[];

/** A place in a file, both from 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** A file of the rules folder, and where in it things are written. */
export interface RuleSource {
  readonly file: string;
  /** Where the value at `path` is written, or its nearest ancestor that is; its key rather than its value if `key`. */
  locate(path: SourcePath, key?: 'key'): SourcePlace;
}

/** The source of something that was never in a file. */
export function unwritten(file: string): RuleSource {
  return { file, locate: () => ({ line: 1, column: 1 }) };
}

export interface SourcedPack {
  readonly pack: RulePack;
  readonly source: RuleSource;
  /** By itself there is nothing wrong with it: it was checked before, with the same options. */
  readonly isChecked?: true;
}

export interface SourcedOverrides {
  readonly overrides: RuleOverrides;
  readonly source: RuleSource;
}
