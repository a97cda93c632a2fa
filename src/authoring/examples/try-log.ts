import type { StreamName } from '../../contracts/run.ts';
import { classifyLog, type LogVerdict } from '../../memory/classify-log.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';

/** A log to try rules on. */
export interface TriedLog {
  readonly lines: readonly string[];
  readonly stream: StreamName;
  readonly runtime: string;
  /** The run's exit code, where one matters. */
  readonly exitCode?: number;
  /** Numbers of lines at which a new message begins; left out: all lines are one message. */
  readonly cuts?: readonly number[];
}

/** A fixed moment, so that a trial gives the same answer on every day. */
export const TRIED_AT_MS = Date.parse('2026-11-22T16:00:00.000Z');

/** Classifies a log as the service would; its end counts as the run having gone quiet and exited. */
export function tryLog({ lines, stream, runtime, exitCode, cuts = [] }: TriedLog, rules: RuleSet): Promise<LogVerdict> {
  const edges = [0, ...cuts, lines.length];
  const chunks = edges.slice(1).map((end, i) => ({
    stream,
    data: Buffer.from(
      lines
        .slice(edges[i], end)
        .map((line) => `${line}\n`)
        .join(''),
    ),
  }));
  return classifyLog(chunks, {
    rules,
    runtime,
    atMs: TRIED_AT_MS,
    ...(exitCode === undefined ? {} : { exit: { code: exitCode, signal: null } }),
  });
}

/** Keys of the rules that had their way: what they say of the run was recorded, or published as a notice. */
export function rulesThatFired({ aborts, records, notices, state }: LogVerdict): ReadonlySet<string> {
  const decided = [...aborts, ...records.filter(({ disposition }) => disposition !== 'suppressed')];
  return new Set([
    ...decided.map(({ rule }) => `${rule.pack}/${rule.id}`),
    ...(state?.verdict ? [state.verdict.rule_key] : []),
    ...Object.keys(state?.recorded ?? {}),
    ...notices.flatMap(({ rule }) => (typeof rule === 'string' ? [rule] : [])),
  ]);
}

/** Whether a rule held, but what the run said afterwards took it back. */
export function wasDropped({ records }: LogVerdict, key: string): boolean {
  return records.some(({ disposition, rule }) => disposition === 'suppressed' && `${rule.pack}/${rule.id}` === key);
}
