import { InvalidArgumentError, Option } from 'commander';
import type { RunExited } from '../../contracts/run-event.ts';

/** How a run ended: an exit code, or the signal that ended it. */
export type HowItEnded = Pick<RunExited, 'code' | 'signal'>;

/** `--exit`: how the run of a log ended, where that is known: it names the cause of what its lines don't tell. */
export function exitOption(): Option {
  return new Option(
    '--exit <code|signal>',
    'how the run ended, e.g. 137 or SIGKILL (default: not known, the end of the log counts as its end)',
  ).argParser(readExit);
}

/** @throws {InvalidArgumentError} where the text is neither an exit code nor a signal's name */
export function readExit(text: string): HowItEnded {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 255) return { code: Number(text), signal: null };
  if (/^SIG[A-Z]{2,6}\d?$/.test(text)) return { code: null, signal: text };
  throw new InvalidArgumentError('Give an exit code from 0 to 255, or the name of a signal, e.g. SIGKILL.');
}
