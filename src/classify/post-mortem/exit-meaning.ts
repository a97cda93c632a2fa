import type { Category } from '../../contracts/categories.ts';
import { categoryDefaults } from '../../contracts/category-defaults.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { FailureDescription } from '../build-messages.ts';

export type Exit = NonNullable<RunState['exited']>;

/** What the way in which a run ended says by itself, whatever the run printed. */
export interface ExitMeaning {
  readonly id: string;
  readonly failure: FailureDescription;
  /** The exit names the failure itself. Else it only says that the run was cut short, and the last statement says more. */
  readonly isCause: boolean;
}

/** A run out of memory: a SIGKILL that the kernel or the container explains. */
export const OUT_OF_MEMORY: ExitMeaning = meaning('out-of-memory', 'runtime.oom', {
  title: 'The run was killed because memory ran out',
});

const KILLED = meaning(
  'killed',
  'runtime.crash',
  {
    title: 'The run was killed with SIGKILL, and nothing says that memory ran out',
    remedy:
      "Ask what killed it: the host's log (`dmesg`, the container's last state) tells of memory, else a supervisor or a person did.",
  },
  false,
);

const TIME_LIMIT = meaning(
  'time-limit',
  'runtime.stalled',
  {
    title: 'A time limit ended the run before it was done',
    remedy: 'Look at its last lines: raise the limit or split the task where it was at work, retry where it hung.',
  },
  false,
);

const NOT_FOUND = meaning('command-not-found', 'runtime.missing_binary', { title: 'The command was not found' });
const NOT_EXECUTABLE = meaning('command-not-executable', 'runtime.missing_binary', {
  title: 'The command was found and could not be executed',
  remedy: 'Make it executable, and build it for this machine. A retry will fail the same way.',
});

/** What a shell reports as 128 and the signal's number; numbers as on Linux. */
const SIGNALS: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  24: 'SIGXCPU',
  31: 'SIGSYS',
};
const CRASHES = new Set(['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGSYS']);

/** The signal that ended a run, also where a shell turned it into an exit code. */
export function signalOf({ signal, code }: Exit): string | undefined {
  return signal ?? (code === null ? undefined : SIGNALS[code - 128]);
}

/**
 * What an exit code or a signal says by itself; undefined where it says no more than that the run failed. Pure.
 *
 * 126 and 127 are the shell's (POSIX, "Exit Status for Commands"); 124 is that of GNU `timeout` (coreutils 9.1).
 */
export function exitMeaning(exit: Exit): ExitMeaning | undefined {
  const signal = signalOf(exit);
  if (signal === 'SIGKILL') return KILLED;
  if (signal === 'SIGXCPU') return TIME_LIMIT;
  if (signal !== undefined && CRASHES.has(signal)) {
    return meaning('crashed', 'runtime.crash', { title: `The program crashed with ${signal}` });
  }
  switch (exit.code) {
    case 124:
      return TIME_LIMIT;
    case 126:
      return NOT_EXECUTABLE;
    case 127:
      return NOT_FOUND;
    default:
      return undefined;
  }
}

function meaning(
  id: string,
  category: Category,
  words: { readonly title: string; readonly remedy?: string },
  isCause = true,
): ExitMeaning {
  return { id, isCause, failure: { ...categoryDefaults(category), category, status: 'stable', ...words } };
}
