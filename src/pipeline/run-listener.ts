import type { ZodType } from 'zod';
import { applyRunEvent, isOfLaterUse } from '../classify/apply-run-event.ts';
import { clockNotice } from '../classify/clock-skew.ts';
import { applyAck, closeRecord } from '../classify/follow-command.ts';
import type { Outcome } from '../classify/outcome.ts';
import { noticeReading } from '../classify/reading-notice.ts';
import { setExitCheck, setWatchTimes } from '../classify/watch-times.ts';
import { Ack } from '../contracts/ack.ts';
import { parseJson } from '../contracts/parse-json.ts';
import type { Run } from '../contracts/run.ts';
import { RunEvent } from '../contracts/run-event.ts';
import type { RunState } from '../contracts/run-state.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { settleExit } from './due/settle-exit.ts';
import { withMistake } from './due/was-mistaken.ts';
import { createHeardAgain } from './heard-again.ts';
import { runtimeProblem, USED_AGAIN } from './output/reading-problems.ts';
import { decisionContext, type PipelineOptions } from './pipeline-options.ts';
import type { RunMessage, Versioned } from './ports/ports.ts';
import { updateRun } from './update-run.ts';

export interface RunListener {
  /** Takes in one message about a run's life, and settles it. Never throws. */
  handleRun(message: RunMessage): Promise<void>;
  /** Takes in one ack of an abort command, and settles it. Never throws. */
  handleAck(message: RunMessage): Promise<void>;
}

const RETRY_MS = 1_000;

/**
 * A command goes out before the state that knows it is stored, so that a quick host may answer in between: an ack of a
 * run without a verdict is looked at again for this long, in milliseconds.
 */
const EARLY_ACK_MS = 10_000;
const EARLY_ACK_RETRY_MS = 250;

/** How many older attempts of an execution hear that a newer one has started. */
const ATTEMPTS_BACK = 3;

/** Hears what hosts and backends say about runs, as opposed to what the runs themselves print. */
export function createRunListener(options: PipelineOptions): RunListener {
  const { rules, store, history, publisher, clock, telemetry, inTurn, ended = () => undefined } = options;

  const heardAgain = createHeardAgain(options.lastLoss, clock);

  async function hear(run: Run, event: RunEvent, storedMs: number): Promise<void> {
    const share = event.type === 'started' ? event.subscription : undefined;
    const decide = async (before: RunState): Promise<Outcome> => {
      const nowMs = clock.now();
      const ruleSet = rules();
      const state = applyRunEvent(before, event, storedMs);
      if (isOfLaterUse(state, storedMs)) return noticeReading(state, USED_AGAIN, nowMs);
      let outcome: Outcome = { state, effects: [] };
      const unknown = event.type === 'started' && runtimeProblem(event.runtime, ruleSet.runtimes);
      const problem = unknown || (state.used_again_ms !== undefined && USED_AGAIN);
      if (problem) outcome = noticeReading(outcome.state, problem, nowMs);
      if (outcome.state.exited) {
        const context = decisionContext({ ...options, rules: () => ruleSet });
        const settled = await settleExit(outcome.state, ruleSet, history, context);
        const closed = await withMistake(before, closeRecord(settled.state), ruleSet, history);
        const effects = [...outcome.effects, ...settled.effects, ...closed.effects];
        outcome = { state: setExitCheck(closed.state, nowMs), effects };
      }
      return { ...outcome, state: withWatchTimes(outcome.state, nowMs, ruleSet) };
    };
    await updateRun(options, run, decide, { share });
    if (event.type === 'exited') ended({ run, atMs: storedMs });
    if (event.type === 'started') await supersede(run);
  }

  /** What is known of a run when the decisions on it that are under way here are done: one of them may have given the command. */
  function knownOf(run: Run): Promise<Versioned | undefined> {
    const look = async () => {
      const recalled = store.recall?.(run);
      return recalled?.state.verdict ? recalled : store.get(run);
    };
    return inTurn ? inTurn(run, look) : look();
  }

  /** A newer attempt makes commands for the older ones pointless. */
  async function supersede({ agent, execution, attempt }: Run): Promise<void> {
    for (let older = attempt - 1; older >= Math.max(1, attempt - ATTEMPTS_BACK); older -= 1) {
      const run = { agent, execution, attempt: older };
      const known = await store.get(run);
      if (!known || (known.state.superseded_by ?? 0) >= attempt) continue;
      await updateRun(options, run, (state) => ({
        state: { ...state, superseded_by: Math.max(state.superseded_by ?? 0, attempt) },
        effects: [],
      }));
    }
  }

  const withWatchTimes = (state: RunState, nowMs: number, ruleSet: RuleSet): RunState =>
    setWatchTimes(state, ruleSet.stallOf(state.runtime ?? 'generic'), nowMs);

  async function settle<T extends Run>(
    message: RunMessage,
    schema: ZodType<T>,
    take: (value: T) => Promise<'early' | undefined>,
  ) {
    const value = parse(message, schema);
    if (typeof value === 'string') {
      telemetry.messageRejected({ subject: message.subject, reason: value });
      message.reject();
      return;
    }
    message.setAside?.();
    try {
      if ((await take(value)) === 'early') message.retry(EARLY_ACK_RETRY_MS);
      else message.ack();
    } catch (error) {
      telemetry.messageRetried({ subject: message.subject, error });
      message.retry(RETRY_MS, error);
    }
  }

  return {
    handleRun: (message) =>
      settle(message, RunEvent, async (event) => {
        const skewed = clockNotice(event, message.storedMs);
        if (skewed) await publisher.notice(skewed, [event.agent]);
        // A heartbeat says that the host lives; nothing has to be remembered of it, but that the host ends the run, and a start that was lost.
        const isNews =
          event.type !== 'heartbeat' || event.ending || (await heardAgain.isFirst(event, message.storedMs));
        if (!isNews) return undefined;
        await hear(message.run, event, message.storedMs);
        if (event.type === 'heartbeat') heardAgain.heard(message.run);
        return undefined;
      }),
    handleAck: (message) =>
      settle(message, Ack, async (ack) => {
        const known = await knownOf(message.run);
        if (!known?.state.verdict && clock.now() - message.storedMs < EARLY_ACK_MS) return 'early';
        if (!known) return undefined;
        await updateRun(options, message.run, async (state) => {
          const ruleSet = rules();
          const outcome = await withMistake(
            state,
            applyAck(state, ack, message.storedMs, message.seq),
            ruleSet,
            history,
          );
          return { ...outcome, state: withWatchTimes(outcome.state, clock.now(), ruleSet) };
        });
        return undefined;
      }),
  };
}

/** The value in a message, or why there is none. */
function parse<T extends Run>({ data, run }: RunMessage, schema: ZodType<T>): T | string {
  const json = parseJson(data);
  if (json === undefined) return 'the payload is not JSON';
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return `the payload does not fit its schema: ${issue?.path.join('.')} ${issue?.message}`;
  }
  const value = parsed.data;
  const fits = value.agent === run.agent && value.execution === run.execution && value.attempt === run.attempt;
  return fits ? value : 'the payload names another run than its subject does';
}
