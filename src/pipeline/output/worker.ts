import { isOfLaterUse } from '../../classify/apply-run-event.ts';
import type { DecisionContext } from '../../classify/decision-context.ts';
import { closeRecord } from '../../classify/follow-command.ts';
import { observe } from '../../classify/observe.ts';
import type { Occurrence } from '../../classify/occurrence.ts';
import type { Effect, Outcome } from '../../classify/outcome.ts';
import { noticeReading } from '../../classify/reading-notice.ts';
import { mayHaveGotOver, setExitCheck, setWatchTimes } from '../../classify/watch-times.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { showsTurn } from '../../decode/shows-turn.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import { settleExit } from '../due/settle-exit.ts';
import { unreadResultBefore } from '../due/unread-result.ts';
import { withMistake } from '../due/was-mistaken.ts';
import { uncounted } from '../fleet/rule-costs.ts';
import { decisionContext, type PipelineOptions } from '../pipeline-options.ts';
import type { LogMessage, Versioned } from '../ports/ports.ts';
import { updateRun } from '../update-run.ts';
import { withBegunTurn } from './begun-turn.ts';
import { decideWithUnread } from './decide-with-unread.ts';
import { createHearing, type Heard } from './hear-lines.ts';
import { type LookBack, readOnce } from './look-back.ts';
import { addToken, declaredBy, linesAtHand, subscriptionIn } from './message-facts.ts';
import { createSessionCheck, OTHER_SESSION } from './other-session.ts';
import { findRecoveries } from './recoveries.ts';
import { createRunContexts, type KnownContexts } from './stream-context.ts';
import { type Candidates, createTaker, retryMessage } from './take-message.ts';
import { createToldStarts } from './told-start.ts';
import { createTurns } from './turns.ts';

export interface Worker {
  /**
   * Takes messages of one stream of one run, in their order, through decoding, matching and deciding, and settles them:
   * one decision and one write for all of them. Never throws, never rejects. Returns nothing where they were settled at
   * once: most are, since no rule could be about any of their lines.
   */
  handleLogs(messages: readonly LogMessage[]): Promise<void> | undefined;
}

/** So many lines of one run are decided on before the messages of other runs have their turn. */
const WITHOUT_BREAK = 100;

/** Applies a line in the light of what stands between it and the lines that it is judged with. */
async function observeWith(
  back: LookBack,
  before: RunState,
  occurrence: Occurrence,
  context: DecisionContext,
): Promise<Outcome> {
  const state = await withBegunTurn(before, occurrence, back);
  return observe(state, occurrence, context, await findRecoveries(state, occurrence, back));
}

/** Holds nothing that matters: any number of workers may share the messages, and any may be killed at any moment. */
export function createWorker(options: PipelineOptions): Worker {
  const { rules, store, history, telemetry, costs = uncounted(rules) } = options;
  const contexts = createRunContexts(history, createToldStarts(store, history), () => rules().runtimes);
  const take = createTaker(options, contexts, costs);
  const hear = createHearing(options, costs);
  const isOfOtherSession = createSessionCheck(history);
  const turns = createTurns();

  /** What is read back of a run's output, by the rules that its lines are matched with. */
  function lookBack(message: LogMessage, ruleSet: RuleSet): LookBack {
    const declaredOf = declaredBy(message);
    return readOnce({
      linesAfter: (position, limit) => history.linesAfter(message.run, position, limit),
      begin: () => history.begin(),
      async matchOf({ stream, text }) {
        const { decoder, format } = await contexts.of(message.run, stream, declaredOf(stream));
        const event = decoder.decode({ stream, number: 0, raw: Buffer.from(text) }, format);
        const isSpeech = event.typed && event.provenance === 'narration' && !event.claimsError;
        return { ...ruleSet.match(event, stream, decoder.runtime), isSpeech, showsTurn: showsTurn(event) };
      },
    });
  }

  /** One decision is made by one set of rules, the one that the lines were matched with, whatever is published meanwhile. */
  async function decide(
    heard: readonly Heard[],
    inTurn: PipelineOptions['inTurn'],
    reading?: Promise<Versioned | undefined>,
  ): Promise<void> {
    const { ruleSet, message: first } = heard[0] as Heard;
    const { message: newest } = heard.at(-1) as Heard;
    for (const { message } of heard) message.setAside?.();
    const observeFrom = async (before: RunState): Promise<Outcome> => {
      const context = decisionContext({ ...options, rules: () => ruleSet });
      const back = lookBack(newest, ruleSet);
      let state = before;
      let observed = 0;
      const effects: Effect[] = [];
      for (const { message, occurrences } of heard) {
        if (isOfLaterUse(state, message.storedMs)) continue;
        state = addToken(state, message, occurrences);
        for (const occurrence of occurrences) {
          const outcome = (await isOfOtherSession(message.run, occurrence))
            ? noticeReading(state, OTHER_SESSION, context.nowMs)
            : await observeWith(back, state, occurrence, context);
          state = outcome.state;
          effects.push(...outcome.effects);
          observed += 1;
          if (observed % WITHOUT_BREAK === 0) await turns.next();
        }
      }
      if (state.exited) {
        // The exit was heard before its last lines were: what it would have settled is settled now.
        const settled = await settleExit(state, ruleSet, history, context);
        const closed = closeRecord(settled.state);
        state = mayHaveGotOver(closed.state) ? setExitCheck(closed.state, context.nowMs) : closed.state;
        effects.push(...settled.effects, ...closed.effects);
      }
      const outcome = await withMistake(before, { state, effects }, ruleSet, history);
      const stall = ruleSet.stallOf(state.runtime ?? 'generic');
      return { ...outcome, state: setWatchTimes(outcome.state, stall, context.nowMs) };
    };
    // What another worker has taken in and acknowledged by then stands in the run's state alone.
    // (A state that was only recalled is compared with it anyway.)
    const unreadResult = (isRecalled: boolean) => async (state: RunState) =>
      (await unreadResultBefore(newest.seq, state, ruleSet, history, isOfOtherSession)) ??
      (isRecalled ? undefined : (await store.get(first.run))?.state.succeeded);
    const observeAll = (before: RunState, isRecalled: boolean) =>
      decideWithUnread(before, observeFrom, history, unreadResult(isRecalled));
    await updateRun({ ...options, inTurn }, first.run, observeAll, { reading, share: subscriptionIn(first) });
    for (const { message } of heard) message.ack();
  }

  function contextsOf({ message, rows }: Candidates): KnownContexts | Promise<KnownContexts> {
    const streams = new Set(rows.map(({ stream }) => stream));
    return contexts.ofAll(message.run, streams, declaredBy(message), (stream) =>
      linesAtHand(message, stream, options.unlabelled),
    );
  }

  /**
   * Done at once where it is known how the run is read and its lines turn out to say nothing: most candidates do. Where there is
   * more to decide on than is decided side by side, what is found in lines waits for its run's turn too, so that reading goes on.
   */
  function classify(candidates: readonly Candidates[]): Promise<void> | undefined {
    const { inTurn } = options;
    if (!inTurn?.isFull()) return classifyNow(candidates, inTurn);
    const { message: first } = candidates[0] as Candidates;
    for (const { message } of candidates) message.setAside?.();
    return inTurn(first.run, async () => classifyNow(candidates, undefined), subscriptionIn(first));
  }

  /** @param inTurn left out where it is the run's turn */
  function classifyNow(
    candidates: readonly Candidates[],
    inTurn: PipelineOptions['inTurn'],
  ): Promise<void> | undefined {
    const known = candidates.map(contextsOf);
    if (known.some((context) => context instanceof Promise)) return classifyLater(candidates, known, inTurn);
    const heard = turns.take(hear(candidates, known as KnownContexts[]));
    if (heard instanceof Promise) return heard.then((later) => (later.length > 0 ? decide(later, inTurn) : undefined));
    return heard.length > 0 ? decide(heard, inTurn) : undefined;
  }

  async function classifyLater(
    candidates: readonly Candidates[],
    known: readonly (KnownContexts | Promise<KnownContexts>)[],
    inTurn: PipelineOptions['inTurn'],
  ): Promise<void> {
    // While the server is asked what kind of stream this is, it is asked for the run's state too: one wait, not two.
    const { run } = (candidates[0] as Candidates).message;
    const reading = store.recall?.(run) ? undefined : store.get(run);
    reading?.catch(() => undefined);
    const contextsKnown = await Promise.all(known);
    const heard = await turns.take(hear(candidates, contextsKnown));
    if (heard.length > 0) await decide(heard, inTurn, reading);
  }

  /** Where several were taken together, one of them may be at fault: each is tried alone. */
  async function failed(candidates: readonly Candidates[], error: unknown): Promise<void> {
    const [first, ...others] = candidates;
    if (first && others.length === 0) retryMessage(first.message, telemetry, error);
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
      const taken = messages.map(take);
      const waits = taken.flatMap(({ noted }) => noted ?? []);
      const classifyTaken = () => {
        const candidates = taken.flatMap(({ candidates: one }) => one ?? []);
        return candidates.length > 0 ? classifyAll(candidates) : undefined;
      };
      return waits.length > 0 ? Promise.all(waits).then(classifyTaken) : classifyTaken();
    },
  };
}
