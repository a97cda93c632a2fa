import { durationMs } from '../contracts/duration.ts';
import type { RunState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import type { CompiledRule } from '../ruleset/rule-set.ts';
import { noticeId } from './ids.ts';
import { evidenceOf, type Occurrence } from './occurrence.ts';
import type { Effect } from './outcome.ts';
import { quoteOf } from './quote-of.ts';
import { runOf } from './run-state.ts';

/** How long after a hit of the same kind a notice is not repeated. */
const NOTICE_WINDOW_MS = durationMs('1h');

/** The notice that a rule gives of a line: once an hour for a subscription, or for an agent where none is known. */
export function noticeOf({ key, rule }: CompiledRule, state: RunState, occurrence: Occurrence): Effect {
  const kind = rule.notice ?? 'quota_warning';
  const subject = state.credential?.subscription ?? state.agent;
  const window = Math.floor(occurrence.atMs / NOTICE_WINDOW_MS);
  return {
    kind: 'notice',
    subject: [subject],
    notice: {
      schema: 'knell.notice/v1',
      notice_id: noticeId(kind, key, subject, String(window)),
      kind,
      at: formatTime(occurrence.atMs),
      message: `${rule.title}. The run said: "${quoteOf(evidenceOf(occurrence).excerpt)}".`,
      ...runOf(state),
      ...(state.credential?.subscription === undefined ? {} : { subscription: state.credential.subscription }),
      rule: key,
    },
  };
}
