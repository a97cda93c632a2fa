import { z } from 'zod';
import { WorkerRules } from '../worker-rules.ts';

/** A move of a pointer to rules. */
export const Pointer = z.object({
  name: z.string(),
  serial: z.int(),
  action: z.string(),
  digest: z.string().optional(),
  previous: z.string().optional(),
  by: z.string(),
  at: z.string(),
  why: z.string(),
});

export type Pointer = z.infer<typeof Pointer>;

/** A cause, a statement or a rule in force, and how often it hit a run that is remembered. */
export const RuleEntry = z.object({
  key: z.string(),
  pack: z.string(),
  kind: z.enum(['cause', 'rule', 'statement']),
  title: z.string(),
  category: z.string().optional(),
  action: z.string().optional(),
  status: z.string().optional(),
  hits: z.int(),
  aborted: z.int(),
  would_abort: z.int(),
  right: z.int().meta({ description: 'Runs it would have ended that failed anyway.' }),
  wrong: z.int().meta({ description: 'Runs it would have ended that succeeded.' }),
  shadowed: z.string().optional().meta({ description: 'Why it may not abort now.' }),
  over_cost: z.boolean(),
  cost: z.object({ microseconds: z.number(), lines: z.int() }).optional().meta({
    description:
      'What trying it took of the processor on the worker that answers: the mean of so many lines that it could be about; of a cause, what its own words took of so many failures. A sample, since the rules came into force.',
  }),
});
export type RuleEntry = z.infer<typeof RuleEntry>;

export const RulesReport = z
  .object({
    schema: z.literal('knell.rules-report/v1'),
    pointers: z.array(Pointer),
    history: z.array(Pointer).meta({ description: 'Moves of `active`, newest first.' }),
    workers: z.array(WorkerRules),
    packs: z.array(z.object({ pack: z.string(), version: z.string() })),
    rules: z.array(RuleEntry),
  })
  .meta({ id: 'RulesReport' });
export type RulesReport = z.infer<typeof RulesReport>;

/** One cause, statement or rule with all that there is to know of it. */
export const RuleDetail = z
  .object({
    schema: z.literal('knell.rule-detail/v1'),
    entry: RuleEntry,
    facts: z.array(z.tuple([z.string(), z.string()])),
    origin: z
      .object({ file: z.string(), line: z.int(), version: z.string(), says: z.string() })
      .meta({ description: "Where it is written, its pack's version, and what the file says of itself at its head." }),
    match: z.array(z.string()),
    ignore: z.array(z.string()),
  })
  .meta({ id: 'RuleDetail' });
export type RuleDetail = z.infer<typeof RuleDetail>;

const Evidence = z.object({
  right: z.int(),
  wrong: z.int(),
  unknown: z.int(),
  slot_hours: z.number(),
  wrong_runs: z.array(z.string()),
});

/** The candidate beside the active rules: what changes, and what became of the runs that it would have ended. */
export const CandidateReport = z
  .object({
    schema: z.literal('knell.candidate-report/v1'),
    from: z.string(),
    to: z.string(),
    changes: z.array(
      z.object({
        key: z.string(),
        kind: z.string(),
        change: z.string(),
        fields: z.array(z.string()),
        newly_aborts: z.boolean(),
        step: z.string(),
      }),
    ),
    files: z
      .array(
        z.object({ file: z.string(), lines: z.array(z.object({ mark: z.enum(['+', '-', ' ']), text: z.string() })) }),
      )
      .meta({ description: 'The changed lines of the files, with some around them.' }),
    evidence: Evidence,
    tried_runs: z.int(),
    doubts: z.array(z.string()).meta({ description: 'What speaks against promoting it; forcing overrides these.' }),
    obstacles: z.array(z.string()).meta({ description: 'What keeps it from being promoted, whatever is forced.' }),
  })
  .meta({ id: 'CandidateReport' });
export type CandidateReport = z.infer<typeof CandidateReport>;
