import type { Evidence } from '../contracts/evidence.ts';
import type { RunState } from '../contracts/run-state.ts';

/** Signals and exit codes (128 and the signal) of a process that was asked to end, as opposed to one that failed. */
const TOLD_TO_END = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);
const TOLD_TO_END_CODES = new Set([129, 130, 143]);

/** Whether a run was ended from outside on purpose: by its host, by a person, or by knell. */
export function wasToldToEnd({ signal, code }: NonNullable<RunState['exited']>): boolean {
  return signal === null ? code !== null && TOLD_TO_END_CODES.has(code) : TOLD_TO_END.has(signal);
}

/**
 * What clients print while they are being ended. Claude Code 2.1.197 and 2.1.332 print a `result` of the subtype
 * `error_during_execution` within half a second of a SIGINT, with `[ede_diagnostic] …` or `Request was aborted.` as its
 * error. A client whose reader is gone reports a broken pipe.
 */
const DYING =
  /error_during_execution|ede_diagnostic|aborted_(?:streaming|tools)|request was aborted|EPIPE|broken pipe|interrupted by user/i;

/** Whether a line says no more than that the run is being ended. */
export function isDyingWord({ event, excerpt }: Evidence): boolean {
  return DYING.test(event) || DYING.test(excerpt);
}
