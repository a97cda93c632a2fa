import { z } from 'zod';
import { StreamName } from '../run.ts';

/** The longest log and the longest file that the workbench takes, in characters. */
export const WORKBENCH_LOG_MAX = 1_000_000;
export const WORKBENCH_FILE_MAX = 256_000;

/** A log to be read, and a rules file that stands beside or in the place of one of those in force. */
export const WorkbenchRequest = z
  .object({
    log: z.string().max(WORKBENCH_LOG_MAX),
    runtime: z.string().max(64).optional(),
    stream: StreamName.default('stdout'),
    file: z
      .object({
        name: z
          .string()
          .regex(/^(?:causes\/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\.yaml$/, 'name a file such as mine.yaml'),
        yaml: z.string().max(WORKBENCH_FILE_MAX),
      })
      .optional(),
    examples: z.boolean().default(false).meta({ description: 'Run the examples of the file too.' }),
  })
  .meta({ id: 'WorkbenchRequest' });
export type WorkbenchRequest = z.infer<typeof WorkbenchRequest>;

const Finding = z.object({
  level: z.enum(['error', 'warning']),
  code: z.string(),
  file: z.string(),
  line: z.int(),
  column: z.int(),
  message: z.string(),
  hint: z.string(),
});

/** What one line became. */
export const WorkbenchLine = z.object({
  stream: StreamName,
  number: z.int(),
  text: z.string(),
  event: z.string(),
  speaker: z.string(),
  standing: z.string(),
  claims_error: z.boolean(),
  rules: z.array(z.object({ rule: z.string(), outcome: z.string(), because: z.string() })),
  decisions: z.array(z.string()),
});
export type WorkbenchLine = z.infer<typeof WorkbenchLine>;

export const WorkbenchResult = z
  .object({
    schema: z.literal('knell.workbench/v1'),
    took_ms: z.number(),
    read_as: z.string(),
    runtime: z.string(),
    lines: z.array(WorkbenchLine),
    left_out: z.int().meta({ description: 'Lines beyond the bound that are not shown.' }),
    ending: z.array(z.string()),
    verdict: z.object({
      abort: z.boolean(),
      category: z.string().nullable(),
      rule: z.string().nullable(),
      message: z.string(),
    }),
    findings: z.array(Finding),
    examples: z
      .int()
      .nullable()
      .meta({ description: 'How many examples of the file were run; null: none were asked for.' }),
  })
  .meta({ id: 'WorkbenchResult' });
export type WorkbenchResult = z.infer<typeof WorkbenchResult>;

/** Words that a rules file may have, for completion. */
export const RuleWords = z
  .object({
    schema: z.literal('knell.rule-words/v1'),
    keys: z.array(z.string()),
    values: z.record(z.string(), z.array(z.string())),
    files: z.array(z.string()),
    runtimes: z.array(z.string()),
  })
  .meta({ id: 'RuleWords' });
export type RuleWords = z.infer<typeof RuleWords>;
