import type { Occurrence } from '../../classify/occurrence.ts';
import { LOG_HEADERS } from '../../contracts/log-headers.ts';
import { parseTime } from '../../contracts/time.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { TextWindow } from '../../ruleset/statements/text-reading.ts';
import type { RuleCosts } from '../fleet/rule-costs.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import type { LogMessage } from '../ports/ports.ts';
import type { Passage } from './flood-gate.ts';
import { earlyOf, firstLineNumber } from './message-facts.ts';
import type { ChunkRow } from './read-chunk.ts';
import type { KnownContexts, StreamContext } from './stream-context.ts';
import type { Candidates } from './take-message.ts';
import { createTextWindows } from './text-window.ts';
import type { Giving } from './turns.ts';

/** A message about whose lines the rules have something to say, and what. */
export interface Heard {
  readonly message: LogMessage;
  readonly occurrences: readonly Occurrence[];
  readonly ruleSet: RuleSet;
}

/** Whether a rule could be about a line itself, which does not only stand around others. */
function isReadable({ isMute, isRuled }: ChunkRow): boolean {
  return !isMute || isRuled === true;
}

/** For so long lines of one run are read before the messages of other runs have their turn, in milliseconds. */
const TURN_MS = 20;

/**
 * Makes what tells of each of some messages of one stream what the rules have to say about its lines. Those of which they
 * say nothing are acknowledged, and left out. It gives way to other runs' messages every 20 ms.
 */
export function createHearing(
  { telemetry, flood }: Pick<PipelineOptions, 'telemetry' | 'flood'>,
  costs: Pick<RuleCosts, 'read'>,
): (candidates: readonly Candidates[], known: readonly KnownContexts[]) => Giving<Heard[]> {
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
    const early = earlyOf(message);
    let windowOf: ReturnType<typeof createTextWindows> | undefined;
    const windowFor = (row: ChunkRow, { format }: StreamContext): TextWindow | undefined => {
      if (format !== 'text') return undefined;
      windowOf ??= createTextWindows(rows);
      return windowOf(row);
    };
    for (const chunkRow of rows) {
      if (!isReadable(chunkRow)) continue;
      const { line, row, timeMs } = chunkRow;
      if (passage?.isRead(line.raw) === false) continue;
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
      if (match.hits.length + match.signals.length === 0 && !event.claimsError && !event.endsTurn) continue;
      const printedMs = timeMs ?? parseTime(message.header(LOG_HEADERS.time) ?? '');
      found.push({
        position: { seq: message.seq, row },
        atMs: message.storedMs,
        ...(printedMs === undefined ? {} : { printedMs }),
        line,
        isNumbered,
        ...(isAlone && { isAlone }),
        ...(early && { early }),
        event,
        match,
        runtime: context.decoder.runtime,
      });
    }
    return found;
  }

  function passageOf(candidates: readonly Candidates[]): Passage | undefined {
    const lines = candidates.reduce((sum, { rows }) => sum + rows.filter(isReadable).length, 0);
    const { subject, storedMs } = (candidates.at(-1) as Candidates).message;
    return flood?.enter(subject, lines, storedMs);
  }

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

  return hear;
}
