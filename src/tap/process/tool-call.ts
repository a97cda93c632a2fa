import type { SampledProcess } from './tree-sample.ts';

/** The longest that a tool server's call is believed, in milliseconds: a call that was called off is never answered. */
const LONGEST_CALL_MS = 30 * 60_000;

/**
 * The least that a tool's call takes, in bytes: `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}`.
 * `{"jsonrpc":"2.0","method":"notifications/initialized","params":{}}` with its line feed has 67, and no server answers it.
 */
const SHORTEST_CALL_BYTES = 68;

/** Whether a tool server has been called: a call is open while it has read a call's worth since it last wrote. */
export interface ToolCall {
  /** @param atMs the time of the look, epoch milliseconds */
  take(pipes: SampledProcess['pipes'], atMs: number): void;
  isOpen(atMs: number): boolean;
}

/** @param pipes what it had read and written when it was first seen */
export function followToolCall(pipes: SampledProcess['pipes']): ToolCall {
  let before = pipes;
  /** How much it had read by the look in which it was last seen to have written, in bytes. */
  let answeredRead = pipes?.read ?? 0;
  let sinceMs: number | undefined;
  return {
    take(now, atMs) {
      const last = before;
      before = now;
      if (!last) answeredRead = now?.read ?? 0;
      if (!now) sinceMs = undefined;
      if (!last || !now) return;
      if (now.written > last.written) {
        sinceMs = undefined;
        answeredRead = now.read;
      } else if (now.read - answeredRead >= SHORTEST_CALL_BYTES) sinceMs ??= atMs;
    },
    isOpen: (atMs) => sinceMs !== undefined && atMs - sinceMs < LONGEST_CALL_MS,
  };
}
