import { z } from 'zod';
import { Sha256 } from './rules-bundle.ts';
import { Timestamp } from './time.ts';

/** The name of a group of workers, as in `pin.<group>`. */
export const WorkerGroup = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'use letters, digits, _ and -');

/** The keys of the bucket `knell_rules`: what all workers run, what is tried, and what one group runs instead. */
export const PointerName = z.union([
  z.literal(['active', 'candidate']),
  z.custom<`pin.${string}`>((name) => typeof name === 'string' && /^pin\.[A-Za-z0-9_-]{1,64}$/.test(name)),
]);
export type PointerName = z.infer<typeof PointerName>;

/** Why a pointer moved. Only `rollback`, `pin` and `release` may lead to older rules. */
export const PointerAction = z.enum(['publish', 'promote', 'rollback', 'pin', 'release']);

/** Which bundle is in use under a name, and who said so when and why: one entry of the bucket `knell_rules`. */
export const RulesPointer = z.object({
  schema: z.literal('knell.pointer/v1'),
  name: PointerName,
  /** Grows by one with each move, and never falls: an old entry that is written again is known by it. */
  serial: z.int().min(1),
  action: PointerAction,
  /** SHA-256 of the bundle; left out when a pin was released, or the candidate withdrawn. */
  digest: Sha256.optional(),
  /** The bundle before this one; what `rollback` goes back to. */
  previous: Sha256.optional(),
  /** Packs, rules or causes of `previous` may be gone. */
  allow_removals: z.literal(true).optional(),
  by: z.string().min(1),
  at: Timestamp,
  why: z.string().min(1),
  /** Over all other fields, where the publisher has a key. */
  signature: z.string().optional(),
});
export type RulesPointer = z.infer<typeof RulesPointer>;
