import { z } from 'zod';

/** When workers found that the server had lost all that knell stores, or the run events alone, epoch milliseconds by the server's clock. */
export const StoreLoss = z.object({ at_ms: z.number() });
export type StoreLoss = z.infer<typeof StoreLoss>;
