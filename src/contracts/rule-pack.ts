import { z } from 'zod';
import { Category, NextAction, Provenance, Scope, Severity } from './categories.ts';
import { CredentialKind } from './evidence.ts';
import { NoticeKind } from './notice.ts';
import { StreamName } from './run.ts';

/** A span of time as people write it: `500ms`, `30s`, `2m`, `12h`, `7d`. */
export const Duration = z
  .string()
  .regex(/^[1-9][0-9]{0,8}(ms|s|m|h|d)$/, 'write a duration as a whole number and ms, s, m, h or d, e.g. 30s');

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);

/** An RE2 pattern (https://github.com/google/re2/wiki/Syntax): no look-around, no back-references. */
export const Pattern = z.string().min(1).max(2_000);

/** What a field must be. A bare scalar means `equals`; several operators together must all hold. */
export const FieldCondition = z.union([
  Scalar,
  z.strictObject({
    equals: Scalar.optional(),
    in: z.array(Scalar).min(1).optional(),
    not: z.union([Scalar, z.array(Scalar).min(1)]).optional(),
    exists: z.boolean().optional(),
    gt: z.number().optional(),
    gte: z.number().optional(),
    lt: z.number().optional(),
    lte: z.number().optional(),
    matches: Pattern.optional(),
  }),
]);
export type FieldCondition = z.infer<typeof FieldCondition>;

/** Conditions on one event. All that are given must hold. */
const conditionFields = {
  event: oneOrMore(z.string().min(1)).optional().meta({ description: 'Name of a typed event, or several names.' }),
  where: z
    .record(z.string().min(1), FieldCondition)
    .optional()
    .meta({ description: "Dotted path into the event's fields (`error.status`, `content.0.type`) → what it must be." }),
  line: oneOrMore(Pattern)
    .optional()
    .meta({ description: 'RE2 for a whole line of plain text, colours removed; anchored at both ends.' }),
  text: oneOrMore(Pattern).optional().meta({ description: "RE2 to find in the event's text." }),
  stream: oneOrMore(StreamName).optional(),
  provenance: oneOrMore(Provenance)
    .optional()
    .meta({ description: 'Who speaks. Left out: `runtime` for events; a plain line may be on any channel.' }),
};

/** Conditions without time: what exclusions and recoveries are made of. */
export const Condition = z.strictObject(conditionFields);
export type Condition = z.infer<typeof Condition>;

const confirmFields = {
  quiet: Duration.optional().meta({
    description: 'Only a suspicion until the run has said nothing more for this long, or has exited.',
  }),
  exit: z
    .literal(true)
    .optional()
    .meta({ description: 'Only a suspicion until the run exits without saying anything more.' }),
};

/** One way for a rule to be true. */
export const Clause = z.strictObject({
  ...conditionFields,
  ...confirmFields,
  repeat: z.strictObject({ count: z.int().min(2).max(50), within: Duration }).optional(),
  sequence: z
    .array(Condition)
    .min(2)
    .max(8)
    .optional()
    .meta({ description: 'These conditions one after the other, within `within`.' }),
  all: z.array(Condition).min(2).max(8).optional().meta({ description: 'These conditions in any order, `within`.' }),
  within: Duration.optional(),
});
export type Clause = z.infer<typeof Clause>;

/** Where a captured value is read from, and how it is to be understood. */
export const Capture = z.strictObject({
  field: z.string().optional().meta({ description: "Dotted path into the event's fields." }),
  text: Pattern.optional().meta({ description: "RE2 over the event's text; its first group is the value." }),
  as: z.enum(['string', 'number', 'epoch_seconds', 'epoch_milliseconds', 'duration_seconds', 'reset_time', 'rfc3339']),
});
export type Capture = z.infer<typeof Capture>;

/** A captured line, or several in a row. `captured` says which program and version printed it. */
export const Example = z.union([
  z.string().min(1),
  z.strictObject({
    lines: oneOrMore(z.string()),
    stream: StreamName.optional(),
    runtime: z.string().optional(),
    captured: z.string().optional().meta({ description: 'Program and version that printed it, e.g. codex 0.169.0.' }),
    source: z.string().optional(),
    note: z.string().optional(),
    category: Category.optional(),
  }),
]);
export type Example = z.infer<typeof Example>;

/** Kebab-case, as in `subscription-token-expired`. */
export const RuleId = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use kebab-case: lower-case words joined by -');
export const RuleStatus = z.enum(['experimental', 'stable', 'deprecated']);
export const RuleAction = z
  .enum(['abort', 'warn', 'record', 'notice'])
  .meta({ description: 'abort: end the run · warn, record: failure record only · notice: nothing failed.' });
export type RuleAction = z.infer<typeof RuleAction>;

export const Rule = z.strictObject({
  id: RuleId,
  title: z.string().min(3).max(120),
  category: Category.optional().meta({ description: 'Required unless the action is `notice`.' }),
  notice: NoticeKind.optional().meta({ description: 'The kind of notice, where the action is `notice`.' }),
  scope: Scope.default('run'),
  severity: Severity.default('error'),
  status: RuleStatus.default('stable'),
  replaced_by: RuleId.optional(),
  precedence: z.int().min(0).max(100).default(50).meta({
    description: 'When several rules hit one line, the highest wins: 20 for a general rule, 80 for a special.',
  }),
  match: z.array(Clause).min(1).max(32),
  unless: z.array(Condition).max(32).optional().meta({ description: 'Any of these on the same line: no hit.' }),
  recover: z.array(Condition).max(16).optional().meta({
    description: 'What the run says when it has got over it: what was counted for the rule before no longer counts.',
  }),
  continues: oneOrMore(Pattern)
    .optional()
    .meta({ description: 'Whole lines that belong to the same message and do not count as the run going on.' }),
  capture: z.record(z.string().regex(/^[a-z_]+$/), z.union([Capture, z.array(Capture).min(1)])).optional(),
  action: RuleAction,
  next: NextAction.default('fail'),
  retryable: z.boolean().optional(),
  remedy: z.string().optional(),
  origin: z.strictObject({
    seen: z.iso.date(),
    runtime_version: z.string().optional(),
    source: z.string().min(3),
  }),
  examples: z.strictObject({ match: z.array(Example), ignore: z.array(Example) }),
});
export type Rule = z.infer<typeof Rule>;

/** What an event tells about a run other than failure. */
export const Signal = z.strictObject({
  id: RuleId,
  means: z.enum(['started', 'success', 'credential']).meta({
    description:
      'started: a turn begins · success: the run reported its result · credential: what it authenticates with.',
  }),
  kind: CredentialKind.optional(),
  version: z.string().min(1).optional().meta({ description: "The field of the event that has the runtime's version." }),
  match: z.array(Condition).min(1).max(16),
  examples: z.strictObject({ match: z.array(Example), ignore: z.array(Example) }).optional(),
});
export type Signal = z.infer<typeof Signal>;

const Runtimes = oneOrMore(z.string().min(1));

/** How one program says that something failed: a typed event of its own, or a line of plain text. */
export const Statement = z.strictObject({
  event: oneOrMore(z.string().min(1)).optional().meta({ description: 'Name of a typed event, or several names.' }),
  where: conditionFields.where,
  text: oneOrMore(Pattern).optional().meta({
    description: 'RE2 from the start of a line of plain text, without regard to case; its first group is the message.',
  }),
  stream: oneOrMore(StreamName).optional(),
  message: z.string().optional().meta({ description: "Path of the message; left out: the event's text." }),
  status: z.string().optional().meta({ description: 'Path of the HTTP status.' }),
  code: z.string().optional().meta({ description: 'Path of the error code.' }),
  retrying: z
    .union([Pattern, z.literal(true)])
    .optional()
    .meta({ description: 'The client tries again: always, or where its words match.' }),
  maybe: z
    .union([Pattern, z.literal(true)])
    .optional()
    .meta({
      description:
        'The client may get over it, and prints nothing of that before it does so: always, or where its words match. The exit, or long silence, decides.',
    }),
  says: z.string().optional().meta({ description: 'Words to read it by, where the event has none of its own.' }),
  final: z.enum(['yes', 'no']).optional().meta({
    description: 'yes: the run is over with it, whatever its words · no: the run goes on, whatever its words.',
  }),
});
export type Statement = z.infer<typeof Statement>;

/** One way to know a cause. All that is given must hold. */
export const CauseCondition = z.strictObject({
  banner: oneOrMore(Pattern).optional().meta({
    description: 'RE2 for how a line may begin that says this without a label; also looked for in messages.',
  }),
  message: oneOrMore(Pattern)
    .optional()
    .meta({ description: "RE2 to find in the failure's words, without regard to case." }),
  code: oneOrMore(z.string().min(2).max(80)).optional().meta({ description: 'Error codes and class names, exactly.' }),
  status: oneOrMore(z.int().min(400).max(599)).optional().meta({ description: 'HTTP status.' }),
  answered: z.literal(false).optional().meta({
    description: 'Only where no HTTP status is known: a provider that answered was reached.',
  }),
  coarse: z.literal(true).optional().meta({
    description:
      'Words that say no more than a class name, such as `login failed`: codes and a decisive status tell first.',
  }),
  runtime: Runtimes.optional(),
});
export type CauseCondition = z.infer<typeof CauseCondition>;

/** What a failure means, for all runtimes: each wording stands in one cause. */
export const Cause = z.strictObject({
  id: RuleId,
  title: z.string().min(3).max(120),
  category: Category,
  precedence: z.int().min(0).max(100).default(50).meta({
    description: 'When the words of several causes are in one message, the highest wins.',
  }),
  any: z.array(CauseCondition).min(1).max(32),
  action: z.enum(['abort', 'warn', 'record']).default('abort').meta({
    description: 'abort: the run ends where the statement is good enough · warn, record: failure record only.',
  }),
  status: RuleStatus.default('stable'),
  scope: Scope.optional(),
  severity: Severity.optional(),
  next: NextAction.optional(),
  retryable: z.boolean().optional(),
  remedy: z.string().optional().meta({ description: "Left out: the category's own." }),
  examples: z.strictObject({ match: z.array(z.string().min(1)), ignore: z.array(z.string().min(1)) }),
});
export type Cause = z.infer<typeof Cause>;

/** How long a run may be silent. Without `abort`, silence is only ever warned about. */
export const Stall = z.strictObject({
  warn: Duration,
  abort: Duration.optional(),
  open_tool: z
    .strictObject({ warn: Duration, abort: Duration.optional() })
    .optional()
    .meta({ description: 'The limits while a tool call is open.' }),
  tools: z
    .record(z.string(), z.strictObject({ warn: Duration, abort: Duration.optional() }))
    .optional()
    .meta({ description: 'Limits for one tool by its name, e.g. Bash.' }),
  text: z.strictObject({ warn: Duration, abort: Duration.optional() }).optional().meta({
    description: 'The limits of a run that prints plain text: many clients then say nothing before the answer.',
  }),
  completion: Duration.optional().meta({
    description: "How long after a run's result its host may fail to report the exit before that is recorded.",
  }),
});
export type Stall = z.infer<typeof Stall>;

/** What a candidate with this pack must have shown before it may abort; see `knell rules promote`. */
export const Promotion = z.strictObject({
  right: z.int().min(0).optional().meta({ description: 'Runs that it would have ended and that failed anyway.' }),
  wrong: z.int().min(0).optional().meta({ description: 'Runs that it would have ended and that succeeded.' }),
  days: z.number().min(0).optional().meta({ description: 'How long it must have been the candidate.' }),
});
export type Promotion = z.infer<typeof Promotion>;

/** One rules file: how one runtime speaks, or what failures mean. */
export const RulePack = z.strictObject({
  schema: z.literal('knell.rules/v1'),
  pack: RuleId,
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'use a semantic version such as 1.0.0'),
  description: z.string().optional(),
  runtime: Runtimes.meta({ description: 'The runtime or runtimes it is for; `any` for all.' }),
  stall: Stall.optional(),
  promotion: Promotion.optional(),
  signals: z.array(Signal).max(64).default([]),
  statements: z.array(Statement).max(256).default([]),
  causes: z.array(Cause).max(20_000).default([]),
  rules: z.array(Rule).max(10_000).default([]),
});
export type RulePack = z.infer<typeof RulePack>;

/** What a deployment changes about the packs without touching them: `overrides.yaml` in the rules folder. */
export const RuleOverrides = z.strictObject({
  schema: z.literal('knell.overrides/v1'),
  rules: z.record(
    z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'name a rule as pack/rule-id'),
    z.strictObject({
      disabled: z.boolean().optional(),
      status: RuleStatus.optional(),
      action: RuleAction.optional(),
      severity: Severity.optional(),
      next: NextAction.optional(),
      quiet: Duration.optional(),
      reason: z.string().min(3),
    }),
  ),
  stall: z.record(z.string(), Stall).optional(),
});
export type RuleOverrides = z.infer<typeof RuleOverrides>;
