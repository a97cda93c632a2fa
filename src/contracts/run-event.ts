import { z } from 'zod';
import { durationMs } from './duration.ts';
import { CredentialKind } from './evidence.ts';
import { Label } from './label.ts';
import { GoesOn, StreamFormat } from './log-headers.ts';
import { ProcessTreeReport } from './process-tree.ts';
import { Attempt, Token } from './run.ts';
import { Timestamp } from './time.ts';

const common = {
  schema: z.literal('knell.run/v1'),
  agent: Token,
  execution: Token,
  attempt: Attempt,
  at: Timestamp,
};

/** With what a run was started. */
const details = {
  runtime: Label.optional(),
  format: StreamFormat.optional().catch(undefined).meta({ description: 'How its standard output was asked for.' }),
  goes_on: GoesOn.optional().catch(undefined).meta({ description: 'As the header `Knell-Goes-On` says it.' }),
  subscription: Label.optional(),
  credential: z.object({ kind: CredentialKind, fingerprint: Label.optional() }).optional(),
  pid: z.int().min(1).optional(),
  timeout_s: z.number().positive().optional(),
};

export const RunStarted = z.object({
  ...common,
  type: z.literal('started'),
  ...details,
  tree: ProcessTreeReport.optional().meta({ description: 'Says from the start that this host sees the process tree.' }),
});
export type RunStarted = z.infer<typeof RunStarted>;

/** A start that a heartbeat tells again, for a server that has lost it. */
export const ToldAgain = z.object({
  ...details,
  ago_ms: z.int().min(0).max(durationMs('365d')).meta({
    description: 'How long ago the run was started, by the clock of its host at both moments.',
  }),
});
export type ToldAgain = z.infer<typeof ToldAgain>;
export type StartDetails = Omit<ToldAgain, 'ago_ms'>;

/**
 * Makes what tells a run's start again.
 *
 * @param startedMs by the host's clock, epoch milliseconds, as `nowMs` is later
 */
export function toldAgainFrom(startedMs: number, details: StartDetails): (nowMs: number) => ToldAgain {
  return (nowMs) => ({ ...details, ago_ms: Math.max(0, Math.round(nowMs - startedMs)) });
}

export const RunHeartbeat = z.object({
  ...common,
  type: z.literal('heartbeat'),
  started: ToldAgain.optional().catch(undefined).meta({
    description: 'What `started` told. It counts where that event is not stored: a server may have lost it.',
  }),
  answered: z.literal(true).optional().meta({
    description: 'The model has answered this run, as an event of its structured output shows: its credential works.',
  }),
  ending: z.literal(true).optional().meta({
    description: 'The host has been told to end this run, by someone else than knell, and has passed that on.',
  }),
  tree: ProcessTreeReport.optional(),
});
export type RunHeartbeat = z.infer<typeof RunHeartbeat>;

export const RunExited = z.object({
  ...common,
  type: z.literal('exited'),
  code: z.int().nullable().optional(),
  signal: Label.nullable().optional(),
});
export type RunExited = z.infer<typeof RunExited>;

/** What an agent's host says about a run's life, as opposed to what the agent prints. */
export const RunEvent = z.discriminatedUnion('type', [RunStarted, RunHeartbeat, RunExited]);
export type RunEvent = z.infer<typeof RunEvent>;
