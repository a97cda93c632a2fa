import { z } from 'zod';
import { Mode } from './failure-record.ts';
import { Timestamp } from './time.ts';

/** What is published under a pointer, where the worker did not take it. */
const Refused = z.object({
  pointer: z.string(),
  serial: z.int(),
  digest: z.string().optional(),
  at: Timestamp,
  findings: z.array(z.object({ code: z.string(), message: z.string() })),
});

/** Which rules one worker runs, and what it refused last; kept while the worker lives. */
export const WorkerRules = z.object({
  schema: z.literal('knell.worker/v1'),
  worker: z.string().min(1),
  host: z.string(),
  version: z.string(),
  group: z.string().optional(),
  /** What it was started with: it holds where the fleet has been told nothing. Left out by older workers. */
  mode: Mode.optional(),
  /** `folder`: from disk, since nothing is published · `published` · `last_good`: kept on disk from before. */
  source: z.enum(['folder', 'published', 'last_good']),
  digest: z.string(),
  /** The packs of its folder, while those are in force. */
  packs: z.array(z.string()).optional(),
  since: Timestamp,
  /** The last move of each pointer that it followed, by the pointer's name; left out by older workers. */
  followed: z.record(z.string(), z.int()).optional(),
  /** What is published now, where the worker did not take it. */
  refused: Refused.optional(),
  /** The candidate that it tries beside them; left out by older workers, and where there is none. */
  candidate: z
    .object({
      /** Left out where it was refused. */
      digest: z.string().optional(),
      since: Timestamp,
      /** Runs that it was tried on since. */
      tried: z.int(),
      /** Runs that it was not tried on, since there was no time for them. */
      left_out: z.int(),
      refused: Refused.optional(),
    })
    .optional(),
});
export type WorkerRules = z.infer<typeof WorkerRules>;
