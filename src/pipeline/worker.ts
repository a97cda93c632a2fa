import { observe } from '../classify/observe.ts';
import type { Occurrence } from '../classify/occurrence.ts';
import type { Effect } from '../classify/outcome.ts';
import { setWatchTimes } from '../classify/watch-times.ts';
import { LOG_HEADERS } from '../contracts/log-headers.ts';
import type { RunState } from '../contracts/run-state.ts';
import { parseTime } from '../contracts/time.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { lookBack } from './look-back.ts';
import { benchOf, type PipelineOptions } from './pipeline-options.ts';
import type { LogMessage } from './ports.ts';
import { type ChunkRow, readChunk } from './read-chunk.ts';
import { uncounted } from './rule-costs.ts';
import { createRunContexts } from './run-context.ts';
import { settleSuspicions } from './settle-run.ts';
import { updateRun } from './update-run.ts';

export interface Worker {
  /**
   * Takes one message of output through decoding, matching and deciding, and settles it. Never throws, never rejects.
   * Returns nothing where the message was settled at once: most are, since no rule could be about any of their lines.
   */
  handleLog(message: LogMessage): Promise<void> | undefined;
}

/** How long a message waits after something outside failed, in milliseconds. */
const RETRY_MS = 1_000;

/** Holds nothing that matters: any number of workers may share the messages, and any may be killed at any moment. */
export function createWorker(options: PipelineOptions): Worker {
  const { rules, store, history, telemetry, costs = uncounted(rules) } = options;
  const contexts = createRunContexts(history, async (run) => (await store.get(run))?.state);

  async function occurrencesIn(
    message: LogMessage,
    rows: readonly ChunkRow[],
    ruleSet: RuleSet,
  ): Promise<Occurrence[]> {
    const named = message.header(LOG_HEADERS.runtime);
    const atMs = parseTime(message.header(LOG_HEADERS.time) ?? '') ?? message.storedMs;
    const found: Occurrence[] = [];
    for (const { line, row, timeMs } of rows) {
      const context = contexts.of(message.run, line.stream, named);
      const known = context instanceof Promise ? await context : context;
      const { event, match } = costs.read(line, known, ruleSet);
      if (match.unknowns?.length) {
        telemetry.rulesUnknown({ run: message.run, rules: match.unknowns.map(({ key }) => key) });
      }
      if (match.hits.length + match.signals.length === 0 && !event.claimsError) continue;
      found.push({
        position: { seq: message.seq, row },
        atMs: timeMs ?? atMs,
        line,
        event,
        match,
        runtime: known.decoder.runtime,
      });
    }
    return found;
  }

  function recoveriesBefore(message: LogMessage, state: RunState, occurrence: Occurrence) {
    const named = message.header(LOG_HEADERS.runtime);
    return lookBack(state, occurrence, {
      linesAfter: (position, limit) => history.linesAfter(message.run, position, limit),
      async recoveriesOn({ stream, text }) {
        const { decoder, format } = await contexts.of(message.run, stream, named);
        const event = decoder.decode({ stream, number: 0, raw: Buffer.from(text) }, format);
        return rules().match(event, stream, decoder.runtime).recoveries;
      },
    });
  }

  async function classify(message: LogMessage, rows: readonly ChunkRow[], ruleSet: RuleSet): Promise<void> {
    const occurrences = await occurrencesIn(message, rows, ruleSet);
    if (occurrences.length > 0) {
      await updateRun(options, message.run, async (before) => {
        const bench = benchOf(options);
        let state = introduce(before, message, occurrences);
        const effects: Effect[] = [];
        for (const occurrence of occurrences) {
          const outcome = observe(state, occurrence, bench, await recoveriesBefore(message, state, occurrence));
          state = outcome.state;
          effects.push(...outcome.effects);
        }
        if (state.exited) {
          // The exit was heard before its last lines were: what it would have settled is settled now.
          const settled = await settleSuspicions(state, rules(), history, bench);
          state = settled.state;
          effects.push(...settled.effects);
        }
        return { state: setWatchTimes(state, rules().stallOf(state.runtime ?? 'generic'), bench.nowMs), effects };
      });
    }
    message.ack();
  }

  function reject(message: { subject: string; reject(): void }, reason: string): void {
    telemetry.messageRejected({ subject: message.subject, reason });
    message.reject();
  }

  function retry(message: LogMessage, error: unknown): void {
    telemetry.messageRetried({ subject: message.subject, error });
    message.retry(RETRY_MS);
  }

  return {
    handleLog(message) {
      try {
        const ruleSet = costs.rules();
        const chunk = readChunk({
          data: message.data,
          stream: message.stream,
          subject: message.subject,
          codec: message.header(LOG_HEADERS.codec),
          firstLine: () => firstLineOf(message),
          candidates: (data) => ruleSet.candidates(data),
        });
        if (!chunk.ok) {
          reject(message, chunk.reason);
          return undefined;
        }
        telemetry.chunkRead({ bytes: message.data.length, candidates: chunk.rows.length });
        if (chunk.rows.length > 0)
          return classify(message, chunk.rows, ruleSet).catch((error) => retry(message, error));
        message.ack();
      } catch (error) {
        retry(message, error);
      }
      return undefined;
    },
  };
}

/** A run's first hit also tells what it is and whose credential it uses, where no start event came first. */
function introduce(state: RunState, message: LogMessage, occurrences: readonly Occurrence[]): RunState {
  const subscription = message.header(LOG_HEADERS.subscription);
  return {
    ...state,
    runtime: state.runtime ?? occurrences[0]?.runtime,
    ...(state.credential || !subscription ? {} : { credential: { kind: 'unknown' as const, subscription } }),
  };
}

function firstLineOf(message: LogMessage): number | undefined {
  const text = message.header(LOG_HEADERS.line);
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}
