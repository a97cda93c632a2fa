import type { Policy } from '../classify/policy.ts';
import type { AbortCommand } from '../contracts/abort-command.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import { type GoesOn, LOG_HEADERS, type StreamFormat } from '../contracts/log-headers.ts';
import type { Notice } from '../contracts/notice.ts';
import type { Run } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';
import { createSubjects } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import { redactText } from '../decode/redact.ts';
import { startDueWorker } from '../pipeline/due/due-worker.ts';
import { handleDue } from '../pipeline/due/handle-due.ts';
import { createWorker } from '../pipeline/output/worker.ts';
import { decisionContext, type PipelineOptions } from '../pipeline/pipeline-options.ts';
import { type Clock, systemClock } from '../pipeline/ports/ports.ts';
import { silentTelemetry } from '../pipeline/ports/telemetry.ts';
import { createRunListener } from '../pipeline/run-listener.ts';
import { updateRun } from '../pipeline/update-run.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { LogChunk, TapLink } from '../tap/tap-link.ts';
import { createMemoryUnmatchedCounter } from './memory-fleet.ts';
import { createMemoryLog } from './memory-log.ts';
import { createMemoryPublisher } from './memory-publisher.ts';
import { createMemoryRunStore } from './memory-run-store.ts';

export interface LocalLinkOptions {
  readonly run: Run;
  readonly runtime?: string;
  /** How the agent was asked to print its standard output. */
  readonly format?: StreamFormat;
  /** What its command may still do behind a failure of its agent. */
  readonly goesOn?: GoesOn;
  readonly subscription?: string;
  readonly rules: RuleSet;
  /** In shadow mode no order is ever given. */
  readonly policy: Policy;
  /** Called with each abort command, failure record and notice as it comes. A later version of a record has the same id. */
  readonly onMessage?: (message: AbortCommand | FailureRecord | Notice) => void;
  /** Called, before the link has closed, with what is known of the run in the end. */
  readonly onEnd?: (end: LocalEnd) => void;
  /** Called once with the state of a run that has been suspected for a while and has neither gone on nor been ended. */
  readonly onSuspected?: (state: RunState) => void;
  readonly clock?: Clock;
}

/** How long a suspicion stands before it is told of, in milliseconds: a banner that stands alone is decided on before. */
const SUSPECTED_MS = 30_000;

/** A run that is over, as the link saw it. */
export interface LocalEnd {
  /** `undefined` where nothing at all was heard of the run. */
  readonly state: RunState | undefined;
  readonly lines: number;
  readonly bytes: number;
}

/**
 * The whole of knell in one process, for one run: what the tap hands over is decoded, matched and decided on here, by
 * the same parts as in the service, over memory instead of NATS. What it keeps is bounded, however long the run is.
 */
export async function startLocalLink(options: LocalLinkOptions): Promise<TapLink> {
  const { run, rules, policy, onMessage, clock = systemClock } = options;
  const subjects = createSubjects();
  const history = createMemoryLog();
  const store = createMemoryRunStore();
  const heard = { lines: 0, bytes: 0 };
  const unread = { lines: 0, bytes: 0 };
  let problem: string | undefined;
  let giveOrder: (command: AbortCommand) => void = () => undefined;

  const pipeline: PipelineOptions = {
    rules: () => rules,
    policy: () => policy,
    store,
    history,
    publisher: createMemoryPublisher((command) => giveOrder(command), onMessage),
    drifts: createMemoryUnmatchedCounter(),
    clock,
    telemetry: {
      ...silentTelemetry,
      messageRejected: ({ reason }) => {
        problem = reason;
      },
      messageRetried: ({ error }) => {
        problem = redactText(error instanceof Error ? error.message : String(error));
      },
    },
  };
  const worker = createWorker(pipeline);
  const listener = createRunListener(pipeline);
  const dueWorker = await startDueWorker(pipeline);

  /** One thing after the other, in the order in which it came: an exit must find all that was printed before it. */
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void> | undefined): void => {
    last = last.then(work).catch((error: unknown) => {
      problem = redactText(String(error));
    });
  };

  let seq = 0;
  const take = (chunk: LogChunk) => {
    const { stream, payload: data, atMs: storedMs } = chunk;
    seq += 1;
    heard.lines += chunk.lineCount;
    heard.bytes += data.length;
    const message = { run, stream, subject: subjects.logs(run, stream), data, seq, storedMs };
    history.append({ ...message, codec: 'lines', early: chunk.early });
    const headers: Record<string, string | undefined> = {
      [LOG_HEADERS.runtime]: options.runtime,
      [LOG_HEADERS.format]: stream === 'stdout' ? options.format : undefined,
      [LOG_HEADERS.subscription]: options.subscription,
      [LOG_HEADERS.goesOn]: options.goesOn,
      [LOG_HEADERS.line]: String(chunk.firstLine),
      [LOG_HEADERS.time]: formatTime(storedMs),
      [LOG_HEADERS.codec]: 'lines',
      [LOG_HEADERS.alone]: chunk.isAlone && 'true',
      [LOG_HEADERS.early]: chunk.early,
    };
    const lost = () => {
      unread.lines += chunk.lineCount;
      unread.bytes += data.length;
    };
    // Nothing outside can fail here, so what could not be read once would not be read later either.
    const settlement = { ack: async () => undefined, retry: lost, reject: lost };
    return worker.handleLogs([{ ...message, header: (name) => headers[name], labelled: true, ...settlement }]);
  };
  let cancelTelling: (() => void) | undefined;
  /** Tells once of a suspicion that stays one, for example because a process of the run works. */
  const tellLater = async (): Promise<void> => {
    if (cancelTelling || !options.onSuspected || !isSuspected((await store.get(run))?.state)) return;
    const tell = async () => {
      const state = (await store.get(run))?.state;
      if (state && isSuspected(state)) options.onSuspected?.(state);
      else cancelTelling = undefined;
    };
    cancelTelling = clock.after(SUSPECTED_MS, () => inTurn(tell));
  };
  const messageOf = (subject: string, value: object) => ({
    run,
    subject,
    data: Buffer.from(JSON.stringify(value)),
    storedMs: clock.now(),
    ack: async () => undefined,
    retry: () => undefined,
    reject: () => undefined,
  });

  /** What the service waits for after an exit, in case that lines come later, need not be waited for here. */
  const lookAtExit = async (): Promise<void> => {
    await updateRun(pipeline, run, (state) => {
      const context = decisionContext(pipeline);
      return handleDue(state, rules, history, { ...context, nowMs: state.exit_check?.due_ms ?? context.nowMs });
    });
  };

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    cancelTelling?.();
    if ((await store.get(run))?.state.exited) inTurn(lookAtExit);
    // An order given at the very end is answered by the tap, and its answer is heard too.
    for (let seen: Promise<void> | undefined; seen !== last; ) {
      seen = last;
      await seen;
    }
    await dueWorker.stop();
    options.onEnd?.({ state: (await store.get(run))?.state, ...heard });
  };

  return {
    publishLog(chunk) {
      inTurn(() => take(chunk));
      inTurn(tellLater);
    },
    publishRun(event) {
      if (event.type !== 'exited' && event.tree) history.tellTree(run, { tree: event.tree, storedMs: clock.now() });
      if (event.type !== 'heartbeat' || event.ending)
        inTurn(() => listener.handleRun(messageOf(subjects.runs(run), event)));
    },
    onAbort(handler) {
      giveOrder = handler;
    },
    orderTime: clock.now,
    ack(ack) {
      inTurn(() => listener.handleAck(messageOf(subjects.acks(run), ack)));
    },
    async close() {
      closed ??= last.then(close);
      await closed;
      return {
        droppedLines: unread.lines,
        droppedBytes: unread.bytes,
        unsentLines: 0,
        unsentBytes: 0,
        unsentMessages: 0,
        problem,
      };
    },
  };
}

function isSuspected(state: RunState | undefined): boolean {
  return state !== undefined && state.suspicions.length > 0 && !state.verdict && !state.exited;
}
