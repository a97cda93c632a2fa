import { z } from 'zod';
import { Category, Grade } from '../categories.ts';
import { Disposition } from '../failure-record.ts';
import { Attempt, Token } from '../run.ts';

/** Where a run stands, in one word. */
export const RunPhase = z.enum([
  'running',
  'suspected',
  'silent',
  'aborting',
  'ended',
  'succeeded',
  'exited',
  'failed',
]);
export type RunPhase = z.infer<typeof RunPhase>;

/** What a list of runs shows of one. Times are epoch milliseconds by the server's clock. */
export const RunRow = z
  .object({
    run: z.string().meta({ description: 'agent.execution.attempt' }),
    agent: Token,
    execution: Token,
    attempt: Attempt,
    phase: RunPhase,
    runtime: z.string().optional(),
    subscription: z.string().optional(),
    category: Category.optional(),
    disposition: Disposition.optional(),
    grade: Grade.optional(),
    rule: z.string().optional().meta({ description: '`pack/id` of the rule or cause that decided.' }),
    rules: z.array(z.string()).meta({ description: 'Every rule or cause that hit the run, `pack/id`.' }),
    started_ms: z.number().optional(),
    decided_ms: z.number().optional().meta({ description: 'When the verdict was reached.' }),
    acked_ms: z.number().optional(),
    exited_ms: z.number().optional(),
    timeout_s: z.number().optional(),
    exit: z.string().optional().meta({ description: 'The exit code or the signal.' }),
    seen_ms: z.number().meta({ description: 'When anything was last known to happen to it.' }),
  })
  .meta({ id: 'RunRow' });
export type RunRow = z.infer<typeof RunRow>;

/** Which runs are asked for. All that is given must hold. */
export const RunFilter = z.object({
  q: z.string().max(200).optional().meta({ description: 'Words that stand in the run, or in any of its fields.' }),
  agent: z.string().optional(),
  execution: z.string().optional(),
  state: RunPhase.optional(),
  category: z.string().optional().meta({ description: 'A category, or a family such as `auth`.' }),
  subscription: z.string().optional(),
  rule: z.string().optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
});
export type RunFilter = z.infer<typeof RunFilter>;

export const RunPage = z
  .object({
    schema: z.literal('knell.run-page/v1'),
    total: z.int().meta({ description: 'How many runs fit.' }),
    rows: z.array(RunRow),
    next: z.string().nullable().meta({ description: '`after` of the following page; null: this is the last.' }),
  })
  .meta({ id: 'RunPage' });
export type RunPage = z.infer<typeof RunPage>;
