import { closeSync, openSync, writeSync } from 'node:fs';

export interface ReportFile {
  /** Writes one row at once, so that it is there whatever happens next. Never throws. */
  add(row: object): void;
  /** Why rows are missing, if some are. */
  readonly problem: string | undefined;
  close(): void;
}

/**
 * A file with one JSON value a line, made anew.
 * @throws {Error} with the system's code, when the file can't be opened
 */
export function openReportFile(path: string): ReportFile {
  const fd = openSync(path, 'w');
  let problem: string | undefined;
  return {
    add(row) {
      try {
        writeSync(fd, `${JSON.stringify(row)}\n`);
      } catch (error) {
        problem ??= (error as Error).message;
      }
    },
    get problem() {
      return problem;
    },
    close: () => closeSync(fd),
  };
}
