import { noticeReading, type ReadingProblem } from '../../classify/reading-notice.ts';
import { type Run, runKey } from '../../contracts/run.ts';
import { isKnownRuntime, runtimeNames } from '../../decode/decoders.ts';
import { encodingName, encodingOf } from '../../decode/encoding.ts';
import { nearestWord } from '../../ruleset/findings/nearest-word.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { updateRun } from '../update-run.ts';

/** Of so many runs it is remembered that they were reported, only to save looking into their states again. */
const REMEMBERED = 10_000;
/** Text without a zero in its first bytes is not looked at any further: nearly all of it. */
const GLANCE_BYTES = 1_024;

/** Tells of runs whose output can't be read as it was meant, each problem once for a run. */
export function createReadingProblems(options: PipelineOptions) {
  const seen = new Set<string>();
  return {
    /** Settles at once where it has been reported already. @throws what reading or writing the run's state throws */
    async tell(run: Run, problem: ReadingProblem): Promise<void> {
      const key = `${problem.what} ${runKey(run)}`;
      if (seen.has(key)) return;
      await updateRun(options, run, (state) => noticeReading(state, problem, options.clock.now()));
      if (seen.size >= REMEMBERED) seen.clear();
      seen.add(key);
    },
  };
}

/** That another process uses a run's id. */
export const USED_AGAIN: ReadingProblem = {
  what: 'used_again',
  message:
    'Another process was started under the id of this run, which was over. What it says belongs to no run and is not judged: a run id is used once, and the next try of the work has the next attempt number.',
};

/** That lines are not in the form that their codec says. */
export function unreadOutput(reason: string): ReadingProblem {
  return {
    what: 'unread_output',
    message: `Some of the run's output can't be read, so failures in it are not found: ${reason}.`,
  };
}

/** What is wrong with bytes that should be lines of UTF-8, seldom anything. */
export function encodingProblem(data: Buffer): ReadingProblem | undefined {
  if (!data.subarray(0, GLANCE_BYTES).includes(0)) return undefined;
  const encoding = encodingOf(data);
  return encoding === 'utf-8' ? undefined : unreadOutput(`it is ${encodingName(encoding)}, not lines of UTF-8`);
}

/** What is wrong with the runtime that a publisher names, if anything. */
export function runtimeProblem(name: string | undefined, packRuntimes: readonly string[]): ReadingProblem | undefined {
  if (name === undefined || isKnownRuntime(name, packRuntimes)) return undefined;
  const nearest = nearestWord(name, [...runtimeNames(), ...packRuntimes]);
  const hint = nearest === undefined ? 'Name a known one, or add a pack for it' : `Did you mean "${nearest}"?`;
  return {
    what: 'unknown_runtime',
    message: `The run's runtime "${name.slice(0, 64)}" is not known, so its output is read as any agent's. ${hint}`,
  };
}
