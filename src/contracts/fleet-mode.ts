import { z } from 'zod';
import { Mode } from './failure-record.ts';
import { Timestamp } from './time.ts';

const Because = z.object({ reason: z.string(), by: z.string(), at: Timestamp });
export type Because = z.infer<typeof Because>;

/** Why a rule may not abort: it ended too many runs; or, where it is over its share of a worker's time, what it costs. */
const Shadowed = Because.extend({ over: z.literal('cost').optional() });

/** Whether the fleet's workers act or only say what they would do; kept in the bucket `knell_fleet` for all of them. */
export const FleetMode = z.object({
  schema: z.literal('knell.mode/v1'),
  /** Left out: each worker's own `--mode` holds. */
  mode: Mode.optional(),
  because: Because.optional(),
  /** Rules that may not abort until a person says so again, by `pack/rule-id`. */
  shadowed: z.record(z.string(), Shadowed).default({}),
  /** By rule, runs that it would have ended, or ended too late, and that succeeded: `agent.execution.attempt`. */
  mistakes: z.record(z.string(), z.array(z.string())).optional(),
  /** Grows by one with each signed change: an old entry that is written again is known by it. */
  serial: z.int().min(1).optional(),
  /** Over all other fields, where who wrote it has a key. */
  signature: z.string().optional(),
});
export type FleetMode = z.infer<typeof FleetMode>;

export const NO_FLEET_MODE: FleetMode = { schema: 'knell.mode/v1', shadowed: {} };

const UNREADABLE =
  'the entry "mode" of the bucket knell_fleet can\'t be read, nor can any before it, so knell can\'t know what a person had decided and ends no run: set it anew with "knell mode enforce" or "knell mode shadow", and see that nobody but knell may write there ("knell nats permissions")';

/**
 * What holds where nothing that was ever said of the mode can be read.
 *
 * @param at when the last of it was written, RFC 3339
 */
export function unreadableMode(at: string): FleetMode {
  return { ...NO_FLEET_MODE, mode: 'shadow', because: { reason: UNREADABLE, by: 'knell', at } };
}

/** Why no run is ended though no person has decided that, and what to do; undefined where it is not so. */
export function unreadableReason({ because }: FleetMode): string | undefined {
  return because?.reason === UNREADABLE ? UNREADABLE : undefined;
}

/** Lets a rule, or every rule where none is named, abort again; what it was wrong about is forgotten. Pure. */
export function releaseRules(mode: FleetMode, rule?: string): FleetMode {
  const { mistakes: known, ...rest } = mode;
  if (rule === undefined) return { ...rest, shadowed: {} };
  const { [rule]: _, ...shadowed } = mode.shadowed;
  const { [rule]: __, ...mistakes } = known ?? {};
  return { ...rest, shadowed, ...(Object.keys(mistakes).length > 0 && { mistakes }) };
}
