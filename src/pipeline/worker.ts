import { observe } from '../classify/observe.ts';
import type { Occurrence } from '../classify/occurrence.ts';
import type { Effect } from '../classify/outcome.ts';
import type { Policy } from '../classify/policy.ts';
import { hearRunEvent } from '../classify/run-life.ts';
import { LOG_HEADERS } from '../contracts/log-headers.ts';
import { RunEvent } from '../contracts/run-event.ts';
import type { RunState } from '../contracts/run-state.ts';
import { parseTime } from '../contracts/time.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { Clock, LogHistory, LogMessage, Publisher, RunMessage, RunStore } from './ports.ts';
import { type ChunkRow, readChunk } from './read-chunk.ts';
import { createRunContexts } from './run-context.ts';
import { settleSuspicions } from './settle-run.ts';
import type { Telemetry } from './telemetry.ts';
import { updateRun } from './update-run.ts';

export interface WorkerOptions {
  /** The rules in force at this moment. */
  readonly rules: () => RuleSet;
  readonly policy: () => Policy;
  readonly store: RunStore;
  readonly history: LogHistory;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export interface Worker {
  /** Takes one message of output through decoding, matching and deciding, and settles it. Never throws. */
  handleLog(message: LogMessage): Promise<void>;
  /** Takes in one message about a run's life, and settles it. Never throws. */
  handleRun(message: RunMessage): Promise<void>;
}

/** How long a message waits after something outside failed, in milliseconds. */
const RETRY_MS = 1_000;

/** Holds nothing that matters: any number of workers may share the messages, and any may be killed at any moment. */
export function createWorker(options: WorkerOptions): Worker {
  const { rules, policy, store, history, clock, telemetry } = options;
  const contexts = createRunContexts(history, async (run) => (await store.get(run))?.state);

  async function occurrencesIn(message: LogMessage, rows: readonly ChunkRow[]): Promise<Occurrence[]> {
    const ruleSet = rules();
    const named = message.header(LOG_HEADERS.runtime);
    const atMs = parseTime(message.header(LOG_HEADERS.time) ?? '') ?? message.storedMs;
    const found: Occurrence[] = [];
    for (const { line, row, timeMs } of rows) {
      const { decoder, format } = await contexts.of(message.run, line.stream, named);
      const event = decoder.decode(line, format);
      const match = ruleSet.match(event, line.stream, decoder.runtime);
      if (match.hits.length + match.recoveries.length + match.signals.length === 0) continue;
      found.push({
        position: { seq: message.seq, row },
        atMs: timeMs ?? atMs,
        line,
        event,
        match,
        runtime: decoder.runtime,
      });
    }
    return found;
  }

  async function classify(message: LogMessage): Promise<void> {
    const chunk = readChunk({
      data: message.data,
      stream: message.stream,
      subject: message.subject,
      codec: message.header(LOG_HEADERS.codec),
      firstLine: firstLineOf(message),
      candidates: (data) => rules().candidates(data),
    });
    if (!chunk.ok) return reject(message, chunk.reason);
    telemetry.chunkRead({ bytes: message.data.length, candidates: chunk.rows.length });
    const occurrences = await occurrencesIn(message, chunk.rows);
    if (occurrences.length > 0) {
      await updateRun(options, message.run, async (before) => {
        const bench = { policy: policy(), nowMs: clock.now() };
        let state = introduce(before, message, occurrences);
        const effects: Effect[] = [];
        for (const occurrence of occurrences) {
          const outcome = observe(state, occurrence, bench);
          state = outcome.state;
          effects.push(...outcome.effects);
        }
        if (!state.exited) return { state, effects };
        const settled = await settleSuspicions(state, rules(), history, bench);
        return { state: settled.state, effects: [...effects, ...settled.effects] };
      });
    }
    await message.ack();
  }

  function reject(message: { subject: string; reject(): void }, reason: string): void {
    telemetry.messageRejected({ subject: message.subject, reason });
    message.reject();
  }

  return {
    async handleLog(message) {
      try {
        await classify(message);
      } catch (error) {
        telemetry.messageRetried({ subject: message.subject, error });
        message.retry(RETRY_MS);
      }
    },
    async handleRun(message) {
      const event = parseRunEvent(message);
      if (typeof event === 'string') return reject(message, event);
      try {
        if (event.type !== 'heartbeat') {
          await updateRun(options, message.run, (before) => {
            const state = hearRunEvent(before, event, message.storedMs);
            if (!state.exited) return { state, effects: [] };
            return settleSuspicions(state, rules(), history, { policy: policy(), nowMs: clock.now() });
          });
        }
        await message.ack();
      } catch (error) {
        telemetry.messageRetried({ subject: message.subject, error });
        message.retry(RETRY_MS);
      }
    },
  };
}

/** A run's first hit also tells what it is and whose credential it uses, where no start event came first. */
function introduce(state: RunState, message: LogMessage, occurrences: readonly Occurrence[]): RunState {
  const subscription = message.header(LOG_HEADERS.subscription);
  return {
    ...state,
    runtime: state.runtime ?? message.header(LOG_HEADERS.runtime) ?? occurrences[0]?.runtime,
    ...(state.credential || !subscription ? {} : { credential: { kind: 'unknown' as const, subscription } }),
  };
}

function firstLineOf(message: LogMessage): number | undefined {
  const text = message.header(LOG_HEADERS.line);
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The run event of a message, or why it is none. */
function parseRunEvent(message: RunMessage): RunEvent | string {
  let json: unknown;
  try {
    json = JSON.parse(message.data.toString('utf8'));
  } catch {
    return 'the payload is not JSON';
  }
  const parsed = RunEvent.safeParse(json);
  if (!parsed.success)
    return `not a knell.run/v1 event: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`;
  const { run } = message;
  const fits =
    parsed.data.agent === run.agent && parsed.data.execution === run.execution && parsed.data.attempt === run.attempt;
  return fits ? parsed.data : 'the event names another run than its subject does';
}
