import type { AbortCommand } from '../contracts/abort-command.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import type { LogVerdict } from '../memory/classify-log.ts';

/** What a finished log comes to. */
export interface LogConclusion {
  readonly abort: boolean;
  /** As later evidence has sharpened it; null where nothing wrong was found. */
  readonly category: string | null;
  /** Key of the rule or cause, `pack/id`. */
  readonly rule: string | null;
  /** The abort command, else the last record that was not suppressed. */
  readonly message: AbortCommand | FailureRecord | undefined;
}

/** Puts what was decided on a log into one answer. Pure. */
export function concludeLog({ aborts, records, state }: LogVerdict): LogConclusion {
  const message = aborts[0] ?? records.findLast(({ disposition }) => disposition !== 'suppressed');
  const { category = message?.category ?? null, rule_key } = state?.verdict ?? {};
  return {
    abort: aborts.length > 0,
    category,
    rule: rule_key ?? (message ? `${message.rule.pack}/${message.rule.id}` : null),
    message,
  };
}
