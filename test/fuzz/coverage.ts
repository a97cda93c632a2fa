import { Session } from 'node:inspector';

/** What the code of one file did since it was asked last. */
export interface Coverage {
  /** Blocks that were entered, each with how often in powers of two, as numbers that stand for them. */
  take(): Set<string>;
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}
interface Script {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/**
 * Counts by V8 itself, block by block. Must be started before the file is loaded.
 *
 * @param isWanted by the URL of a script
 */
export function startCoverage(isWanted: (url: string) => boolean): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    take() {
      const found = new Set<string>();
      // In one process the answer comes before `post` returns.
      session.post('Profiler.takePreciseCoverage', (error, taken) => {
        if (error) throw error;
        for (const { url, functions } of taken.result as readonly Script[]) {
          if (!isWanted(url)) continue;
          for (const { ranges } of functions) {
            for (const { startOffset, endOffset, count } of ranges) {
              if (count > 0) found.add(`${startOffset}-${endOffset}x${Math.ceil(Math.log2(count))}`);
            }
          }
        }
      });
      return found;
    },
  };
}
