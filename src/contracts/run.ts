import { z } from 'zod';

const TOKEN = /^[A-Za-z0-9_-]{1,128}$/;

/** Agent and execution ids: they become subject tokens and key-value keys, so the alphabet is narrow. */
export const Token = z.string().regex(TOKEN, 'must match [A-Za-z0-9_-]{1,128}');

/** Which try of an execution this is, from 1. */
export const Attempt = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/** A run: one attempt of one execution of one agent. Retries may reuse the execution id, never the attempt. */
export const Run = z.object({ agent: Token, execution: Token, attempt: Attempt });
export type Run = z.infer<typeof Run>;

export const StreamName = z.enum(['stdout', 'stderr']);
export type StreamName = z.infer<typeof StreamName>;

/** The key of a run in buckets, logs and ids: `agent.execution.attempt`. */
export function runKey(run: Run): string {
  return `${run.agent}.${run.execution}.${run.attempt}`;
}

/** Reads what {@link runKey} wrote; `undefined` when it is not such a key. */
export function parseRunKey(key: string): Run | undefined {
  const tokens = key.split('.');
  return tokens.length === 3 ? parseRunTokens(tokens) : undefined;
}

/** Agent, execution and attempt from three subject tokens; `undefined` when one of them does not fit. */
export function parseRunTokens([agent, execution, attempt]: readonly string[]): Run | undefined {
  // By hand, not by the schema: this is done for every message there is.
  if (agent === undefined || !TOKEN.test(agent)) return undefined;
  if (execution === undefined || !TOKEN.test(execution)) return undefined;
  // The attempt must be canonical ("1", not "01"), or one run would have two keys.
  if (attempt === undefined || !/^[1-9][0-9]{0,15}$/.test(attempt)) return undefined;
  const number = Number(attempt);
  return Number.isSafeInteger(number) ? { agent, execution, attempt: number } : undefined;
}
