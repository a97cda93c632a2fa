import { z } from 'zod';
import { durationMs } from './duration.ts';

/** When workers found that the server had lost all that knell stores, or the run events alone, epoch milliseconds by the server's clock. */
export const StoreLoss = z.object({ at_ms: z.number() });
export type StoreLoss = z.infer<typeof StoreLoss>;

/** How long after a loss a run of before may first be heard of again, in milliseconds. */
export const HEARD_AGAIN_MS = durationMs('1h');
