import type { RunState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import { noticeId } from './ids.ts';
import type { Outcome } from './outcome.ts';
import { runOf } from './run-state.ts';

/** Why some of a run's output is not read as its publisher meant it. */
export interface ReadingProblem {
  /**
   * `unread_output`: lines can't be read at all · `unknown_runtime`: they are read as an agent's that is not known ·
   * `other_session`: events are left out, since they name a session that the run never began · `used_again`: another process
   * uses the id of a run that is over.
   */
  readonly what: 'unread_output' | 'unknown_runtime' | 'other_session' | 'used_again';
  /** For people, a sentence. */
  readonly message: string;
}

/** Reports a problem with reading a run's output, once for the run: a `drift` notice, since the form of the output has changed. */
export function noticeReading(state: RunState, { what, message }: ReadingProblem, nowMs: number): Outcome {
  const { noticed = [], agent, execution, attempt } = state;
  if (noticed.includes(what)) return { state, effects: [] };
  return {
    state: { ...state, noticed: [...noticed, what] },
    effects: [
      {
        kind: 'notice',
        subject: [agent, execution, String(attempt)],
        notice: {
          schema: 'knell.notice/v1',
          notice_id: noticeId('drift', what, agent, execution, String(attempt)),
          kind: 'drift',
          at: formatTime(nowMs),
          message,
          what,
          ...runOf(state),
        },
      },
    ],
  };
}
