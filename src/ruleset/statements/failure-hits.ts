import type { StreamName } from '../../contracts/run.ts';
import { isTitleAlone } from '../../decode/codex-headings.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import type { Failure } from '../../decode/failure/failure.ts';
import { hasSpeakerHeadings, headedStream, mayBeTools, speakerAt } from '../../decode/speaker-headings.ts';
import { askedForNow } from '../../decode/text/by-shape.ts';
import { shapeLater } from '../../decode/text/late-shape.ts';
import type { LineShape } from '../../decode/text/line-shape.ts';
import { AFTER_PROSE, isSpokenOf } from '../../decode/text/quotation.ts';
import { readTextStatement, type TextFailure, type TextStatement } from '../../decode/text/text-failures.ts';
import type { TextSource } from '../../decode/text/text-source.ts';
import type { Causes } from '../causes/compile-causes.ts';
import type { Resolved } from '../causes/resolve-cause.ts';
import type { ConditionHit, RuleTime } from '../rule-set.ts';
import type { Statements } from './compile-statements.ts';
import { HOSTS } from './hosts.ts';
import { textHits } from './text-hits.ts';
import type { TextReading, TextWindow } from './text-reading.ts';
import { typedHits } from './typed-hits.ts';

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

/** What was read last, and how: who asks what a line hits may ask then what it states, and what finding that out takes. */
let last: { window: TextWindow; source: TextSource; statement: TextStatement | undefined } | undefined;

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
          const isNoProse = above === 'prompt' || above === 'tool' || (runtime === 'codex' && isTitleAlone(shapes, by));
          return isNoProse && speakerAt(runtime, stream, shapes, at) === 'runtime';
        },
      }),
    isClientOnly: stream === 'stderr' && !MIXED.has(runtime) && !hasSpeakerHeadings(runtime, stream),
    known: askedForNow((shape) => {
      const own = statements.text(shape, stream);
      if (own) return own;
      return causes.isBanner(shape.body) ? { grade: 'banner', message: shape.body, prefix: '' } : undefined;
    }),
  });
  const sources: Readonly<Record<StreamName, TextSource>> = { stdout: sourceOf('stdout'), stderr: sourceOf('stderr') };

  function readStatement(window: TextWindow, stream: StreamName): TextStatement | undefined {
    const { shapes, at } = window;
    if (shapes[at]?.isMute) return undefined;
    const source = sources[stream];
    if (last?.window !== window || last.source !== source) {
      last = { window, source, statement: readTextStatement(shapes, at, source) };
    }
    return last.statement;
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
    window ?? { shapes: [shapeLater(() => event.text)], at: 0 };

  return {
    isSpokenOf: (window, stream) => isSpokenOf(window, sources[stream]),
    time(event, stream, nowMs, window) {
      const failure = event.typed
        ? typedFailure(event, stream)
        : readStatement(windowOf(event, window), stream)?.failure;
      return failure ? causes.time(failure, runtime, nowMs) : [];
    },
    readText(window, printedOn) {
      const stream = headedStream(runtime, printedOn, window.shapes);
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
