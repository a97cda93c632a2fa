import type { z } from 'zod';
import { AbortCommand } from '../contracts/abort-command.ts';
import type { Ack } from '../contracts/ack.ts';
import type { Early } from '../contracts/log-headers.ts';
import type { StreamName } from '../contracts/run.ts';
import type { RunEvent } from '../contracts/run-event.ts';

/** Whole lines of one stream, in order. */
export interface LogChunk {
  readonly stream: StreamName;
  /** Number of the first line in its stream, from 0. */
  readonly firstLine: number;
  readonly lineCount: number;
  /** When the first line was complete, in epoch milliseconds by the tap's steady clock, as a process's start is told. */
  readonly atMs: number;
  /** The lines in UTF-8 with `\n` between them, none at the end. */
  readonly payload: Buffer;
  /** Nobody but the agent was there to print them, or to have said what they say; see `RunLife.heard`. */
  readonly isAlone?: true;
  /** They may have been printed before the agent was there; see `createEarlyWords`. */
  readonly early?: Early;
}

/**
 * What obeying needs to know of an abort command. No more than that is checked, so that a command from a newer knell,
 * with a category or an action this one has never heard of, still ends the run.
 */
export const AbortOrder = AbortCommand.pick({
  schema: true,
  command_id: true,
  agent: true,
  execution: true,
  attempt: true,
  expires_at: true,
  last_words_ms: true,
  message: true,
});
export type AbortOrder = z.infer<typeof AbortOrder>;

/** What a link could not deliver. All zero after a run in which nothing was lost. */
export interface LinkLosses {
  /** Lines that found no room in the buffer while the other side was away, or that it refused for good. */
  readonly droppedLines: number;
  readonly droppedBytes: number;
  /** Lines still waiting when time was up. */
  readonly unsentLines: number;
  readonly unsentBytes: number;
  /** Run events and acks still waiting when time was up. */
  readonly unsentMessages: number;
  /** Why, in words for people; without secrets. */
  readonly problem: string | undefined;
}

/**
 * The tap's only way to its surroundings. No call blocks, and none throws because the other side is away:
 * the agent must never notice it.
 */
export interface TapLink {
  publishLog(chunk: LogChunk): void;
  /** A heartbeat is for now only: a link whose other side is away leaves it out. */
  publishRun(event: RunEvent): void;
  /**
   * Hands over every order for this process, at least once, one that came while the other side was away included. To be called
   * before anything is published: an order that is there then was for an earlier process with this run's id, and is left out.
   */
  onAbort(handler: (order: AbortOrder) => void): void;
  /** The time by the clock that orders are dated by, epoch milliseconds; undefined while the link does not know it. */
  orderTime(): number | undefined;
  /** Goes ahead of log lines that still wait. */
  ack(ack: Ack): void;
  /** Delivers what waits, for `timeoutMs` at most, then lets go. Called again, it cuts the first call short. */
  close(timeoutMs: number): Promise<LinkLosses>;
}
