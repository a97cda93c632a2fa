import { z } from 'zod';
import { RulesPointer } from '../contracts/rules-pointer.ts';

/** The bundle that a worker took last, and how far each pointer had come: what outlives a restart and an outage. */
export const LastGood = z.object({
  schema: z.literal('knell.last-good/v1'),
  pointer: RulesPointer,
  /** The serial of each pointer that was followed last. */
  serials: z.record(z.string(), z.int().min(0)),
  /** The archive's bytes, which are text. */
  bundle: z.string(),
});
export type LastGood = z.infer<typeof LastGood>;

/** Keeps it somewhere that outlives the process. */
export interface LastGoodStore {
  /** Undefined where there is none that can be read. */
  load(): Promise<LastGood | undefined>;
  /** Whole or not at all. */
  save(good: LastGood): Promise<void>;
}
