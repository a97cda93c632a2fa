import { z } from 'zod';
import { durationMs } from './duration.ts';

/**
 * When workers found that the server had lost what knell stores, or the run events alone, epoch milliseconds by the server's clock.
 * `log`: it still has the log stream of before, and of that the newest messages are gone, as where an older copy of the store came back.
 */
export const StoreLoss = z.object({ at_ms: z.number(), log: z.literal(true).optional() });
export type StoreLoss = z.infer<typeof StoreLoss>;

/** How long after a loss a run of before may first be heard of again, in milliseconds. */
export const HEARD_AGAIN_MS = durationMs('1h');
