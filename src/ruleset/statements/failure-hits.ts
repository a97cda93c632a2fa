import type { Category } from '../../contracts/categories.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import type { Failure } from '../../decode/failure/failure.ts';
import { hasSpeakerHeadings, mayBeTools, speakerAt } from '../../decode/speaker-headings.ts';
import { askedOnce } from '../../decode/text/by-shape.ts';
import { type LineShape, shapeLine } from '../../decode/text/line-shape.ts';
import { AFTER_PROSE, isSpokenOf } from '../../decode/text/quotation.ts';
import { readTextStatement, type TextFailure, type TextStatement } from '../../decode/text/text-failures.ts';
import type { TextSource } from '../../decode/text/text-source.ts';
import { CLAUSE } from '../causes/cause-clauses.ts';
import type { Causes } from '../causes/compile-causes.ts';
import type { Resolved } from '../causes/resolve-cause.ts';
import { unknownCause } from '../causes/unknown-cause.ts';
import { gradeOf } from '../match/matcher.ts';
import type { CompiledRule, ConditionHit, RuleTime } from '../rule-set.ts';
import type { Statements } from './compile-statements.ts';
import { readCaptures } from './read-captures.ts';

/** The lines of text around one, on the same stream: what decides whether it is a quotation. */
export interface TextWindow {
  readonly shapes: readonly LineShape[];
  /** The line in question. */
  readonly at: number;
}

/** What a text line states in its window, and what that means. */
export interface TextReading {
  readonly text: TextFailure;
  readonly resolved: Resolved | undefined;
  /** By an experimental cause, beside the one that is in force. */
  readonly tried?: Resolved | undefined;
}

/**
 * Categories that a retry can't mend. A typed event of one of them ends a run at once, and a client that retries it is
 * ended at its second try; all others are left to the client until it says that it has given up.
 */
const PERMANENT: ReadonlySet<Category> = new Set<Category>([
  'auth.token_expired',
  'auth.token_revoked',
  'auth.invalid_credentials',
  'auth.not_logged_in',
  'auth.forbidden',
  'billing.credit_exhausted',
  'quota.usage_limit',
  'model.not_found',
  'config.invalid',
  'context.too_long',
  'policy.refusal',
  'limit.turns',
  'limit.budget',
]);

/** What is no agent's own output: hosts, scripts, workers, and unknown programs. */
export const HOSTS: ReadonlySet<string> = new Set([
  'host',
  'any',
  'generic',
  'python-worker',
  'langchain',
  'crewai',
  'autogen',
  'langgraph',
]);

/** How many words of a sentence without any label stand before those that name its cause. */
const LEAD = 9;

/** How many lines of its own a client prints before its last word. */
const OWN_LINES = 12;

/** Runtimes on whose standard error anything may stand, a model's words too. */
const MIXED = new Set(['host', 'any', 'generic']);

export interface FailureReader {
  /** The hits of causes on one event. A plain line without a window is read by itself. Pure. */
  hits(event: DecodedEvent, stream: StreamName, window?: TextWindow): ConditionHit[];
  /** What a line of plain text states in the light of the lines around it. Pure. */
  readText(window: TextWindow, stream: StreamName): TextReading | undefined;
  /** Whether a line of plain text is only spoken of or shown: then no rule may end a run for it. Pure. */
  isSpokenOf(window: TextWindow, stream: StreamName): boolean;
  /** What trying each cause's own words takes, where the event states a failure. */
  time(event: DecodedEvent, stream: StreamName, nowMs: () => number, window?: TextWindow): RuleTime[];
}

/** Reads the failures of one runtime: its statements, and what they mean by the causes of all packs. */
export function createFailureReader(runtime: string, statements: Statements, causes: Causes): FailureReader {
  const isAgent = !HOSTS.has(runtime);
  const sourceOf = (stream: StreamName): TextSource => ({
    name: runtime,
    isAgent,
    hasAnswers: isAgent && stream === 'stdout',
    // On stdout only what was announced is known not to be the client's.
    ...(stream === 'stderr' &&
      hasSpeakerHeadings(runtime, stream) && {
        isOthers: (shapes, at) => isOthers(runtime, stream, { shapes, at }),
        mayBeTools: (shapes, at) => mayBeTools(runtime, stream, shapes, at),
        isHeaded: (shapes, at) => {
          // Above its last word the client may have said that it tries again.
          let by = at - 1;
          while (by > at - OWN_LINES && by > 0 && speakerAt(runtime, stream, shapes, by) === 'runtime') by -= 1;
          const above = by >= 0 ? speakerAt(runtime, stream, shapes, by) : undefined;
          // Below its own prose the model may quote what looks like the client's word.
          const isNoProse = above === 'prompt' || above === 'tool';
          return isNoProse && speakerAt(runtime, stream, shapes, at) === 'runtime';
        },
      }),
    isClientOnly: stream === 'stderr' && !MIXED.has(runtime) && !hasSpeakerHeadings(runtime, stream),
    known: askedOnce((shape) => {
      const own = statements.text(shape, stream);
      if (own) return own;
      return causes.isBanner(shape.body) ? { grade: 'banner', message: shape.body, prefix: '' } : undefined;
    }),
  });
  const sources: Readonly<Record<StreamName, TextSource>> = { stdout: sourceOf('stdout'), stderr: sourceOf('stderr') };

  function readStatement(window: TextWindow, stream: StreamName): TextStatement | undefined {
    const { shapes, at } = window;
    return shapes[at]?.isMute ? undefined : readTextStatement(shapes, at, sources[stream]);
  }

  /** The cause of a text statement: where its message names none, the whole line may. */
  const resolveBy = (
    by: 'resolve' | 'tried',
    { failure, isSoft }: TextStatement,
    { shapes, at }: TextWindow,
  ): Resolved | undefined => {
    const resolved = causes[by](failure, runtime);
    // A program's sentence comes to its cause at once; a story that ends with a message does not.
    if (isSoft && (resolved?.wordsBefore ?? 0) > LEAD) return undefined;
    const { body } = shapes[at] as LineShape;
    return resolved || failure.message === body ? resolved : causes[by]({ ...failure, message: body }, runtime);
  };

  const typedFailure = (event: DecodedEvent, stream: StreamName): Failure | undefined =>
    event.provenance === 'runtime' && !event.subagent ? statements.typed(event, stream) : undefined;

  const windowOf = (event: DecodedEvent, window: TextWindow | undefined): TextWindow =>
    window ?? { shapes: [shapeLine(event.text)], at: 0 };

  return {
    isSpokenOf: (window, stream) => isSpokenOf(window, sources[stream]),
    time(event, stream, nowMs, window) {
      const failure = event.typed
        ? typedFailure(event, stream)
        : readStatement(windowOf(event, window), stream)?.failure;
      return failure ? causes.time(failure, runtime, nowMs) : [];
    },
    readText(window, stream) {
      const statement = readStatement(window, stream);
      if (!statement || isOthers(runtime, stream, window)) return undefined;
      const tried = resolveBy('tried', statement, window);
      return { text: statement.weigh(), resolved: resolveBy('resolve', statement, window), ...(tried && { tried }) };
    },
    hits(event, stream, window) {
      if (event.typed) {
        const failure = typedFailure(event, stream);
        if (!failure) return [];
        const tried = causes.tried(failure, runtime);
        const hits = typedHits(failure, causes.resolve(failure, runtime), event);
        return tried ? [...hits, ...typedHits(failure, tried, event)] : hits;
      }
      if (event.name !== LINE_EVENT || event.provenance !== 'runtime') return [];
      const around = windowOf(event, window);
      const statement = readStatement(around, stream);
      const found = statement
        ? (['resolve', 'tried'] as const).flatMap((by) => resolveBy(by, statement, around) ?? [])
        : [];
      // Most of what healthy runs print has no cause: who speaks, and whether the run went on, is asked only where one is.
      if (!statement || found.length === 0 || isOthers(runtime, stream, around)) return [];
      const text = statement.weigh();
      return isOwn(text) ? found.flatMap((resolved) => textHits({ text, resolved }, event)) : [];
    },
  };
}

/** Whether a statement is the program's own word, even where the run went on behind it. */
function isOwn({ cancelled }: TextFailure): boolean {
  return cancelled === undefined || ['went on', 'retried', AFTER_PROSE].includes(cancelled);
}

/** Whether the runtime's own headings say that the model, a tool or the prompt wrote the line. */
function isOthers(runtime: string, stream: StreamName, window: TextWindow): boolean {
  if (!hasSpeakerHeadings(runtime, stream)) return false;
  const speaker = speakerAt(runtime, stream, window.shapes, window.at);
  return speaker !== undefined && speaker !== 'runtime';
}

/** Finality and category of a typed failure decide. */
function typedHits(failure: Failure, resolved: Resolved | undefined, event: DecodedEvent): ConditionHit[] {
  const hit = (rule: CompiledRule, clause: number, action?: ConditionHit['action']): ConditionHit => ({
    rule,
    clause,
    condition: 0,
    grade: gradeOf(event),
    captures: readCaptures(failure, event.fields),
    ...(action && { action }),
  });
  if (event.shared) return sharedHits(failure, resolved, hit);
  if (failure.final === 'yes') {
    const rule = resolved?.cause.rule ?? unknownCause;
    // Even a cause that only records is over when the runtime says that the run is.
    return [hit(rule, CLAUSE.atOnce, rule.rule.action === 'abort' ? undefined : 'abort')];
  }
  if (!resolved) return [];
  const { rule } = resolved.cause;
  if (rule.rule.action !== 'abort') return [hit(rule, CLAUSE.atOnce)];
  const isPermanent = PERMANENT.has(rule.rule.category as Category);
  if (failure.final === 'no') {
    const record = hit(rule, CLAUSE.atOnce, 'record');
    if (!isPermanent || !failure.retrying) return [record];
    const again = hit(rule, CLAUSE.secondTime);
    return [event.fields.attempt === 1 ? { ...again, isFirstTry: true } : again, record];
  }
  // Whether the client gets over what may pass, it says itself.
  return [isPermanent ? hit(rule, CLAUSE.atOnce) : hit(rule, CLAUSE.atOnce, 'record')];
}

/** A typed event that any program could have printed: silence or the exit must confirm it. */
function sharedHits(
  failure: Failure,
  resolved: Resolved | undefined,
  hit: (rule: CompiledRule, clause: number, action?: ConditionHit['action']) => ConditionHit,
): ConditionHit[] {
  const rule = resolved?.cause.rule ?? (failure.final === 'yes' ? unknownCause : undefined);
  if (!rule) return [];
  if (failure.final === 'no' || rule.rule.action !== 'abort') return [hit(rule, CLAUSE.atOnce, 'record')];
  return [hit(rule, CLAUSE.quiet)];
}

interface ResolvedReading extends TextReading {
  readonly resolved: Resolved;
}

const OF_THE_MACHINE: ReadonlySet<Category> = new Set<Category>(['permission.denied', 'runtime.missing_binary']);

/** Form and cause of a text statement decide; on a shared channel every hit waits for silence or the exit. */
function textHits({ text, resolved }: ResolvedReading, event: DecodedEvent): ConditionHit[] {
  const { rule } = resolved.cause;
  const hit = (clause: number, action?: ConditionHit['action']): ConditionHit => ({
    rule,
    clause,
    condition: 0,
    grade: gradeOf(event),
    captures: readCaptures(text.failure, event.fields),
    ...(action && { action }),
    ...(text.cancelled === AFTER_PROSE && { isQuotable: true as const }),
  });
  const retried = text.failure.retrying !== undefined || text.cancelled === 'retried';
  // What is missing on this machine, and is done without, is no failure of the run.
  const isMadeUpFor = text.failure.retrying?.isInstead && OF_THE_MACHINE.has(rule.rule.category as Category);
  const wentOn = text.cancelled === 'went on' && !retried;
  const isGood = !retried && !wentOn && mayAbort({ text, resolved });
  if (isMadeUpFor) return [];
  if (rule.rule.action !== 'abort') return [isGood ? hit(CLAUSE.quiet, 'abort') : hit(CLAUSE.atOnce)];
  if (wentOn) return [];
  if (!isGood) return [hit(CLAUSE.atOnce, 'record')];
  const isPlain =
    text.cancelled === undefined &&
    !event.shared &&
    text.grade !== 'weak' &&
    PERMANENT.has(rule.rule.category as Category);
  return [hit(isPlain ? CLAUSE.atOnce : CLAUSE.quiet)];
}

/** Whether a text statement is good enough to end a run once silence confirms it. */
export function mayAbort({ text, resolved }: TextReading): boolean {
  if (!resolved || text.failure.final === 'no') return false;
  // A program that says that its work is over makes a cause final which else is only recorded.
  if (text.isEnded && resolved.by !== 'status' && resolved.cause.rule.rule.action === 'record') return true;
  if (resolved.cause.rule.rule.action !== 'abort') return false;
  switch (text.grade) {
    case 'log':
      return text.isEnded;
    case 'weak':
      // Words that prose uses as well need a cause that knows them, not only a number in them.
      return resolved.by !== 'status';
    default:
      return true;
  }
}
