import { z } from 'zod';
import { Provenance } from '../categories.ts';
import { FailureRecord } from '../failure-record.ts';
import { StreamName } from '../run.ts';
import { RunRow } from './run-row.ts';

/** A step of a run's life. */
export const RunStep = z.object({ at: z.string(), what: z.string() });

/** All that is known of one run. */
export const RunReport = z
  .object({
    schema: z.literal('knell.run-report/v1'),
    row: RunRow,
    credential: z.object({ kind: z.string(), subscription: z.string().optional() }).optional(),
    runtime_version: z.string().optional(),
    outcome: z.string(),
    why: z.string().meta({ description: 'Why it ended, as one paragraph.' }),
    source: z.string().optional(),
    evidence: z.array(
      z.object({
        where: z.string(),
        lines: z.array(z.object({ text: z.string(), is_evidence: z.boolean() })),
      }),
    ),
    timeline: z.array(RunStep),
    ruled_out: z.array(z.object({ what: z.string(), why: z.string() })),
    next: z.array(z.string()),
    suspicions: z.array(z.object({ rule: z.string(), due_ms: z.number().nullable(), excerpt: z.string() })),
    records: z.array(FailureRecord),
    alike: z.object({ runs: z.int(), latest: z.array(z.string()) }).meta({
      description: 'Other runs that the same rule ended or recorded.',
    }),
  })
  .meta({ id: 'RunReport' });
export type RunReport = z.infer<typeof RunReport>;

/** A line of a run's output, redacted and cut. */
export const RunLine = z
  .object({
    n: z.int().meta({ description: 'Its place among all lines of the run that are held, from 0.' }),
    stream: StreamName,
    text: z.string(),
    chars: z.int().meta({ description: 'How long the whole line is.' }),
    speaker: Provenance,
    event: z.string(),
    claims_error: z.boolean(),
    is_evidence: z.boolean(),
  })
  .meta({ id: 'RunLine' });
export type RunLine = z.infer<typeof RunLine>;

export const RunLines = z
  .object({
    schema: z.literal('knell.run-lines/v1'),
    runtime: z.string(),
    total: z.int(),
    cut: z.boolean().meta({ description: 'The run said more than is read here.' }),
    lines: z.array(RunLine),
    next: z.int().nullable(),
  })
  .meta({ id: 'RunLines' });
export type RunLines = z.infer<typeof RunLines>;
