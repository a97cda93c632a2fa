import { closeSync, openSync, writeSync } from 'node:fs';
import { systemErrorWords } from '../../contracts/system-error-words.ts';
import { UsageError } from '../../service/config.ts';

export interface ReportFile {
  /** Writes one row at once, so that it is there whatever happens next. Never throws. */
  add(row: object): void;
  /** Why rows are missing, if some are. */
  readonly problem: string | undefined;
  close(): void;
}

/**
 * A file with one JSON value a line, made anew.
 * @throws {UsageError} when the file can't be made
 */
export function openReportFile(path: string): ReportFile {
  const fd = opened(path);
  let problem: string | undefined;
  return {
    add(row) {
      try {
        writeSync(fd, `${JSON.stringify(row)}\n`);
      } catch (error) {
        problem ??= systemErrorWords(error);
      }
    },
    get problem() {
      return problem;
    },
    close: () => closeSync(fd),
  };
}

function opened(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (cause) {
    throw new UsageError(
      `the report ${path} can't be written: ${systemErrorWords(cause)}. Name a file in a folder that is there`,
      { cause },
    );
  }
}
