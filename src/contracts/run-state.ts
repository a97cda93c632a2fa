import { z } from 'zod';
import { AckOutcome } from './ack.ts';
import { Category, Grade } from './categories.ts';
import { Credential, Evidence, RuleReference } from './evidence.ts';
import { Disposition, FailureRecord } from './failure-record.ts';
import { GoesOn, StreamFormat } from './log-headers.ts';
import { Attempt, Token } from './run.ts';

/** Where a line stands in the log stream: the message's stream sequence and the line's row in it. A total order. */
export const Position = z.object({ seq: z.int().min(0), row: z.int().min(0) });
export type Position = z.infer<typeof Position>;

/** A condition that held once: kept for `repeat`, `sequence` and `all`, identified by its position. */
export const CountedHit = z.object({
  seq: z.int(),
  row: z.int(),
  at_ms: z.number(),
  condition: z.int(),
  source: z
    .string()
    .optional()
    .meta({ description: "The line's stream, its number where the publisher gave one, and its hash." }),
  anew: Position.optional().meta({ description: 'What stands before this place does not count with it.' }),
});
export type CountedHit = z.infer<typeof CountedHit>;

/** A reset time that a rule captured. */
export const Reset = z.object({ at_ms: z.number(), source: z.enum(['event', 'text']) });
export type Reset = z.infer<typeof Reset>;

/** What a hit says, kept until it becomes a verdict or is dropped. */
export const Detection = z.object({
  rule: RuleReference,
  rule_key: z.string(),
  grade: Grade,
  precedence: z.int(),
  position: Position,
  at_ms: z.number(),
  evidence: Evidence.optional().meta({ description: 'Left out where the run has said nothing at all.' }),
  reset: Reset.optional(),
});
export type Detection = z.infer<typeof Detection>;

/** A hit that aborts only if the run then says nothing more. */
export const Suspicion = Detection.extend({
  clause: z.int().min(0),
  due_ms: z.number().nullable().meta({ description: 'When silence confirms it; null where only the exit does.' }),
  alone: z.literal(true).optional().meta({ description: 'No child of the agent was there to print it.' }),
  quotable: z.literal(true).optional().meta({ description: 'Prose stands above it, which may have quoted it.' }),
  early: z.literal(true).optional().meta({ description: 'It may have been printed before the agent was there.' }),
  held: z.boolean().optional().meta({ description: 'It was good enough to abort, and a budget held it back.' }),
});
export type Suspicion = z.infer<typeof Suspicion>;

/** The one conclusion about a run. */
export const VerdictState = z.object({
  command_id: z.string().optional(),
  record_id: z.string(),
  disposition: Disposition,
  category: Category,
  rule_key: z.string(),
  precedence: z.int(),
  evidence_ms: z.number(),
  issued_ms: z.number(),
  expires_ms: z.number().optional(),
  record: FailureRecord.meta({ description: 'The record as it was last published, or as it will be next.' }),
  later: z.int().default(0).meta({ description: 'How many later hits were added instead of acted on.' }),
  acked: z.object({ outcome: AckOutcome, by: z.string(), at_ms: z.number(), seq: z.int().optional() }).optional(),
  offered: z.int().default(1).meta({ description: 'How often the command has been offered.' }),
  next_offer_ms: z.number().optional().meta({ description: 'When the command is offered again, unless it is acked.' }),
  unanswered: z.boolean().default(false).meta({ description: 'It expired and no host had acted.' }),
  revision: z.int().default(0).meta({ description: 'How many later versions of the record have been published.' }),
  closed: z.boolean().default(false).meta({ description: 'The last version of the record has been published.' }),
});
export type VerdictState = z.infer<typeof VerdictState>;

/** All that knell remembers of a run. Written by compare-and-set, only on hits and run events. */
export const RunState = z.object({
  schema: z.literal('knell.run-state/v1'),
  agent: Token,
  execution: Token,
  attempt: Attempt,
  runtime: z.string().optional(),
  format: StreamFormat.optional().meta({ description: 'How its standard output was declared to be printed.' }),
  goes_on: GoesOn.optional().meta({ description: 'What its command may still do behind a failure of its agent.' }),
  start_lost: z.literal(true).optional().meta({
    description: 'It began before what is stored of it, so what its start said, its `goes_on` for one, is not known.',
  }),
  runtime_version: z.string().optional(),
  credential: Credential.optional(),
  told_at: Position.optional().meta({
    description: 'Where the run itself last told its version or its credential, as far as it was read.',
  }),
  pid: z.int().optional(),
  timeout_s: z.number().optional(),
  started_ms: z.number().optional(),
  ending: z
    .object({ at_ms: z.number() })
    .optional()
    .meta({ description: 'When its host was first told to end it, by someone else than knell.' }),
  exited: z.object({ at_ms: z.number(), code: z.int().nullable(), signal: z.string().nullable() }).optional(),
  succeeded: z.object({ at_ms: z.number(), position: Position }).optional(),
  taken_back: Position.optional().meta({
    description: 'The last result of any turn, as far as it was read. It takes back what stands before it.',
  }),
  turn_began: Position.optional().meta({ description: 'Where the last turn began, as far as it was read.' }),
  turn_over: Position.optional().meta({
    description: 'The end of the last turn of a session of several turns: it waits for its next prompt.',
  }),
  worked: z.object({ at_ms: z.number() }).optional().meta({
    description:
      'When a run in plain text said its last words, which has no result and ended well: its credential works.',
  }),
  counts: z.record(z.string(), z.array(CountedHit)).default({}),
  suspicions: z.array(Suspicion).default([]),
  early: z
    .object({
      suspicions: z.array(Suspicion),
      succeeded: z.object({ at_ms: z.number(), position: Position }).optional(),
    })
    .optional()
    .meta({
      description:
        'What was printed before its agent was there: it counts when the run exits, where the agent has said nothing.',
    }),
  recorded: z.record(z.string(), z.int()).default({}).meta({ description: 'Rule key → how often it hit.' }),
  noted: z
    .array(FailureRecord)
    .max(8)
    .default([])
    .meta({ description: 'What was recorded or warned about; taken back when the run succeeds after all.' }),
  verdict: VerdictState.optional(),
  stall: z
    .object({
      due_ms: z.number(),
      warned_since_ms: z.number().optional().meta({ description: 'The silence that was warned about began then.' }),
    })
    .optional()
    .meta({ description: 'When the run is next looked at for silence.' }),
  completion: z
    .object({ due_ms: z.number() })
    .optional()
    .meta({ description: 'When a run that is over is looked at for having been reported.' }),
  exit_check: z
    .object({ due_ms: z.number() })
    .optional()
    .meta({ description: 'When a run that has exited is looked at for its last words.' }),
  superseded_by: Attempt.optional(),
  used_again_ms: z.number().optional().meta({
    description:
      'When another process was started under the id of this run, which was over. What that one says is not judged.',
  }),
  noticed: z.array(z.string()).optional().meta({ description: 'What a notice was given of, once for the run.' }),
  worker: z.string().optional().meta({
    description: 'Which worker wrote this. It is the first to look at the run again; the others wait a moment for it.',
  }),
});
export type RunState = z.infer<typeof RunState>;
