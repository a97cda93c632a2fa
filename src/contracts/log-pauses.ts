import { z } from 'zod';

/** After which messages the log stream was given nothing for a while, oldest first; of the stream that was created then. */
export const LogPauses = z.object({
  created: z.string(),
  pauses: z.array(z.object({ seq: z.int().min(1), at_ms: z.number() })).max(100),
});
export type LogPauses = z.infer<typeof LogPauses>;
