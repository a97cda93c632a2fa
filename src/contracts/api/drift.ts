import { z } from 'zod';

/** A kind of failure that no rule knows. */
export const DriftKind = z.object({
  fingerprint: z.string(),
  count: z.int(),
  runtime: z.string(),
  since_version: z.string().optional().meta({ description: 'The version of the runtime that it was first seen with.' }),
  event: z.string(),
  excerpt: z.string(),
  last_at: z.string(),
  first_at: z.string().optional(),
  run: z.string().optional().meta({ description: 'The run that it was last seen in.' }),
});
export type DriftKind = z.infer<typeof DriftKind>;

export const DriftReport = z
  .object({ schema: z.literal('knell.drift-report/v1'), kinds: z.array(DriftKind) })
  .meta({ id: 'DriftReport' });
export type DriftReport = z.infer<typeof DriftReport>;

/** A pack with one rule for a kind of failure, to be finished by a person. */
export const Draft = z
  .object({
    schema: z.literal('knell.draft/v1'),
    file: z.string(),
    yaml: z.string(),
    log: z.string(),
    runtime: z.string(),
  })
  .meta({ id: 'Draft' });
export type Draft = z.infer<typeof Draft>;
