import { isOfLaterUse } from '../../classify/apply-run-event.ts';
import { observe } from '../../classify/observe.ts';
import type { Occurrence } from '../../classify/occurrence.ts';
import type { Effect, Outcome } from '../../classify/outcome.ts';
import { noticeReading, type ReadingProblem } from '../../classify/reading-notice.ts';
import { mayHaveGotOver, setExitCheck, setWatchTimes } from '../../classify/watch-times.ts';
import { LOG_HEADERS } from '../../contracts/log-headers.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { parseTime } from '../../contracts/time.ts';
import type { StreamFormat } from '../../decode/decoder.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { TextWindow } from '../../ruleset/statements/failure-hits.ts';
import { settleExit } from '../due/settle-exit.ts';
import { withMistake } from '../due/was-mistaken.ts';
import { uncounted } from '../fleet/rule-costs.ts';
import { decisionContext, type PipelineOptions } from '../pipeline-options.ts';
import type { LogMessage, Versioned } from '../ports/ports.ts';
import { updateRun } from '../update-run.ts';
import { decideWithExit } from './exit-first.ts';
import type { Passage } from './flood-gate.ts';
import { addToken, declaredBy, firstLineNumber, linesAtHand } from './message-facts.ts';
import { createSessionCheck, OTHER_SESSION } from './other-session.ts';
import { type Chunk, type ChunkRow, readChunk } from './read-chunk.ts';
import { createReadingProblems, encodingProblem, runtimeProblem, unreadOutput } from './reading-problems.ts';
import { findRecoveries } from './recoveries.ts';
import { createRunContexts, type KnownContexts, type StreamContext } from './stream-context.ts';
import { createTextWindows } from './text-window.ts';
import { createTurns, type Giving } from './turns.ts';

export interface Worker {
  /**
   * Takes messages of one stream of one run, in their order, through decoding, matching and deciding, and settles them:
   * one decision and one write for all of them. Never throws, never rejects. Returns nothing where they were settled at
   * once: most are, since no rule could be about any of their lines.
   */
  handleLogs(messages: readonly LogMessage[]): Promise<void> | undefined;
}

/** The lines of a message that some rule could be about, and the rules that said so. */
interface Candidates {
  readonly message: LogMessage;
  readonly rows: readonly ChunkRow[];
  readonly ruleSet: RuleSet;
}

/** What became of a message when it was first looked at. */
interface Taken {
  candidates?: Candidates | undefined;
  /** Settles when what can't be read in it has been reported. */
  noted?: Promise<void> | undefined;
}

/** A message about whose lines the rules have something to say, and what. */
interface Heard {
  readonly message: LogMessage;
  readonly occurrences: readonly Occurrence[];
  readonly ruleSet: RuleSet;
}

/** Whether a rule could be about a line itself, which does not only stand around others. */
function isReadable({ isMute, isRuled }: ChunkRow): boolean {
  return !isMute || isRuled === true;
}

/** So many lines of one run are decided on before the messages of other runs have their turn. */
const WITHOUT_BREAK = 100;
/** For so long lines of one run are read before the messages of other runs have their turn, in milliseconds. */
const TURN_MS = 20;

/** How long a message waits after something outside failed, in milliseconds. */
const RETRY_MS = 1_000;

/** Holds nothing that matters: any number of workers may share the messages, and any may be killed at any moment. */
export function createWorker(options: PipelineOptions): Worker {
  const { rules, store, history, telemetry, flood, costs = uncounted(rules) } = options;
  const contexts = createRunContexts(
    history,
    async (run) => (await store.get(run))?.state,
    () => rules().runtimes,
  );
  const problems = createReadingProblems(options);
  const isOfOtherSession = createSessionCheck(history);
  const turns = createTurns();
  /** When the turn began that is under way. */
  let turnMs = 0;

  /** What the rules have to say about each of the lines, and what claims to be an error. */
  function* occurrencesIn(
    { message, rows, ruleSet }: Candidates,
    known: KnownContexts,
    passage: Passage | undefined,
  ): Giving<Occurrence[]> {
    const found: Occurrence[] = [];
    const isNumbered = firstLineNumber(message) !== undefined;
    const isAlone = message.header(LOG_HEADERS.alone) === 'true';
    let windowOf: ReturnType<typeof createTextWindows> | undefined;
    const windowFor = (row: ChunkRow, { format }: StreamContext): TextWindow | undefined => {
      if (format !== 'text') return undefined;
      windowOf ??= createTextWindows(rows);
      return windowOf(row);
    };
    for (const chunkRow of rows) {
      const { line, row, timeMs } = chunkRow;
      if (!isReadable(chunkRow) || passage?.isRead(line.raw) === false) continue;
      if (performance.now() - turnMs > TURN_MS) {
        yield;
        turnMs = performance.now();
      }
      const context = known.get(line.stream) as StreamContext;
      const { event, match } = costs.read(message.run.agent, line, context, ruleSet, windowFor(chunkRow, context));
      // A signal says what state the run is in, each time.
      if (match.signals.length === 0) passage?.settleKind();
      if (match.unknowns?.length) {
        telemetry.rulesUnknown({ run: message.run, rules: match.unknowns.map(({ key }) => key) });
      }
      if (match.hits.length + match.signals.length === 0 && !event.claimsError) continue;
      const printedMs = timeMs ?? parseTime(message.header(LOG_HEADERS.time) ?? '');
      found.push({
        position: { seq: message.seq, row },
        atMs: message.storedMs,
        ...(printedMs === undefined ? {} : { printedMs }),
        line,
        isNumbered,
        ...(isAlone && { isAlone }),
        event,
        match,
        runtime: context.decoder.runtime,
      });
    }
    return found;
  }

  function recoveriesBefore(message: LogMessage, state: RunState, occurrence: Occurrence, ruleSet: RuleSet) {
    const declaredOf = declaredBy(message);
    return findRecoveries(state, occurrence, {
      linesAfter: (position, limit) => history.linesAfter(message.run, position, limit),
      async recoveriesOn({ stream, text }) {
        const { decoder, format } = await contexts.of(message.run, stream, declaredOf(stream));
        const event = decoder.decode({ stream, number: 0, raw: Buffer.from(text) }, format);
        return ruleSet.match(event, stream, decoder.runtime).recoveries;
      },
    });
  }

  /** One decision is made by one set of rules, the one that the lines were matched with, whatever is published meanwhile. */
  async function decide(heard: readonly Heard[], reading?: Promise<Versioned | undefined>): Promise<void> {
    const { ruleSet, message: first } = heard[0] as Heard;
    const observeFrom = async (before: RunState): Promise<Outcome> => {
      const context = decisionContext({ ...options, rules: () => ruleSet });
      let state = before;
      let observed = 0;
      const effects: Effect[] = [];
      for (const { message, occurrences } of heard) {
        if (isOfLaterUse(state, message.storedMs)) continue;
        state = addToken(state, message, occurrences);
        for (const occurrence of occurrences) {
          const outcome = (await isOfOtherSession(message.run, occurrence))
            ? noticeReading(state, OTHER_SESSION, context.nowMs)
            : observe(state, occurrence, context, await recoveriesBefore(message, state, occurrence, ruleSet));
          state = outcome.state;
          effects.push(...outcome.effects);
          observed += 1;
          if (observed % WITHOUT_BREAK === 0) await turns.next();
        }
      }
      if (state.exited) {
        // The exit was heard before its last lines were: what it would have settled is settled now.
        const settled = await settleExit(state, ruleSet, history, context);
        state = mayHaveGotOver(settled.state) ? setExitCheck(settled.state, context.nowMs) : settled.state;
        effects.push(...settled.effects);
      }
      const outcome = await withMistake(before, { state, effects }, ruleSet, history);
      const stall = ruleSet.stallOf(state.runtime ?? 'generic');
      return { ...outcome, state: setWatchTimes(outcome.state, stall, context.nowMs) };
    };
    const observeAll = (before: RunState) => decideWithExit(before, observeFrom, history);
    await updateRun(options, first.run, observeAll, reading);
    for (const { message } of heard) message.ack();
  }

  function contextsOf({ message, rows }: Candidates): KnownContexts | Promise<KnownContexts> {
    const streams = new Set(rows.map(({ line }) => line.stream));
    return contexts.ofAll(message.run, streams, declaredBy(message), (stream) =>
      linesAtHand(message, stream, options.unlabelled),
    );
  }

  function passageOf(candidates: readonly Candidates[]): Passage | undefined {
    const lines = candidates.reduce((sum, { rows }) => sum + rows.filter(isReadable).length, 0);
    const { subject, storedMs } = (candidates.at(-1) as Candidates).message;
    return flood?.enter(subject, lines, storedMs);
  }

  /** What the rules have to say about each message; those of which they say nothing are acknowledged. */
  function* hear(candidates: readonly Candidates[], known: readonly KnownContexts[]): Giving<Heard[]> {
    const heard: Heard[] = [];
    turnMs = performance.now();
    const passage = passageOf(candidates);
    for (const [index, one] of candidates.entries()) {
      const occurrences = yield* occurrencesIn(one, known[index] as KnownContexts, passage);
      heard.push({ message: one.message, ruleSet: one.ruleSet, occurrences });
    }
    const { run, subject } = (candidates[0] as Candidates).message;
    if (passage?.passedOver) {
      telemetry.linesPassedOver({ run, subject, lines: passage.passedOver, begins: passage.begins });
    }
    for (const { message, occurrences } of heard) if (occurrences.length === 0) message.ack();
    return heard.filter(({ occurrences }) => occurrences.length > 0);
  }

  /** Done at once where it is known how the run is read and its lines turn out to say nothing: most candidates do. */
  function classify(candidates: readonly Candidates[]): Promise<void> | undefined {
    const known = candidates.map(contextsOf);
    if (known.some((context) => context instanceof Promise)) return classifyLater(candidates, known);
    const heard = turns.take(hear(candidates, known as KnownContexts[]));
    if (heard instanceof Promise) return heard.then((later) => (later.length > 0 ? decide(later) : undefined));
    return heard.length > 0 ? decide(heard) : undefined;
  }

  async function classifyLater(
    candidates: readonly Candidates[],
    known: readonly (KnownContexts | Promise<KnownContexts>)[],
  ): Promise<void> {
    // While the server is asked what kind of stream this is, it is asked for the run's state too: one wait, not two.
    const reading = store.get((candidates[0] as Candidates).message.run);
    reading.catch(() => undefined);
    const contextsKnown = await Promise.all(known);
    const heard = await turns.take(hear(candidates, contextsKnown));
    if (heard.length > 0) await decide(heard, reading);
  }

  /** The lines of a message that have to be looked at. Where there are none, the message is settled. */
  function candidatesIn(message: LogMessage): Taken {
    try {
      const ruleSet = costs.rules();
      const chunk = readChunk({
        data: message.data,
        stream: message.stream,
        subject: message.subject,
        codec: message.header(LOG_HEADERS.codec),
        labelled: () => message.labelled,
        unlabelled: options.unlabelled,
        firstLine: () => firstLineNumber(message),
        candidates: (data, streams) => ruleSet.candidates(data, formatOfAll(message, streams)),
      });
      const problem = problemWith(message, chunk, ruleSet);
      const taken: Taken =
        chunk.ok && chunk.rows.length > 0 ? { candidates: { message, rows: chunk.rows, ruleSet } } : {};
      if (chunk.ok) telemetry.chunkRead({ bytes: message.data.length, candidates: chunk.rows.length });
      const settle = () => {
        if (!chunk.ok) reject(message, chunk.reason);
        else if (!taken.candidates) message.ack();
      };
      if (!problem) {
        settle();
        return taken;
      }
      // What can't be read is reported before the message is settled.
      taken.noted = problems
        .tell(message.run, problem)
        ?.then(settle)
        .catch((error) => {
          taken.candidates = undefined;
          retry(message, error);
        });
      if (!taken.noted) settle();
      return taken;
    } catch (error) {
      retry(message, error);
      return {};
    }
  }

  /** The format of all the lines in a message, where it is one and known without asking. */
  function formatOfAll(message: LogMessage, streams: readonly StreamName[]): StreamFormat | undefined {
    const declaredOf = declaredBy(message);
    const formats = new Set(streams.map((one) => contexts.knownFormat(message.run, one, declaredOf(one))));
    const format = formats.size === 1 ? formats.values().next().value : undefined;
    // Of plain text the first line of a stream counts for more: they are not gone through as if they were one.
    return format === 'text' && streams.length > 1 ? undefined : format;
  }

  /** Why some of a message is not read as its publisher meant it, seldom anything. */
  function problemWith(message: LogMessage, chunk: Chunk, ruleSet: RuleSet): ReadingProblem | undefined {
    if (!chunk.ok) return unreadOutput(chunk.reason);
    if (chunk.unread) {
      const reason = `${chunk.unread} rows of a message are not in the form of its codec`;
      telemetry.rowsUnread({ run: message.run, rows: chunk.unread, reason });
      return unreadOutput(reason);
    }
    const isRead = chunk.rows.length > 0 && runtimeProblem(message.header(LOG_HEADERS.runtime), ruleSet.runtimes);
    return encodingProblem(message.data) ?? (isRead || undefined);
  }

  function reject(message: { subject: string; reject(): void }, reason: string): void {
    telemetry.messageRejected({ subject: message.subject, reason });
    message.reject();
  }

  function retry(message: LogMessage, error: unknown): void {
    telemetry.messageRetried({ subject: message.subject, error });
    message.retry(RETRY_MS, error);
  }

  /** Where several were taken together, one of them may be at fault: each is tried alone. */
  async function failed(candidates: readonly Candidates[], error: unknown): Promise<void> {
    const [first, ...others] = candidates;
    if (first && others.length === 0) retry(first.message, error);
    else for (const one of candidates) await classifyAll([one]);
  }

  function classifyAll(candidates: readonly Candidates[]): Promise<void> | undefined {
    try {
      return classify(candidates)?.catch((error) => failed(candidates, error));
    } catch (error) {
      return failed(candidates, error);
    }
  }

  return {
    handleLogs(messages) {
      const taken = messages.map(candidatesIn);
      const waits = taken.flatMap(({ noted }) => noted ?? []);
      const take = () => {
        const candidates = taken.flatMap(({ candidates: one }) => one ?? []);
        return candidates.length > 0 ? classifyAll(candidates) : undefined;
      };
      return waits.length > 0 ? Promise.all(waits).then(take) : take();
    },
  };
}
