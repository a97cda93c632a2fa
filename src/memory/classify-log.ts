import type { Effect } from '../classify/outcome.ts';
import { DEFAULT_POLICY, type Policy } from '../classify/policy.ts';
import type { AbortCommand } from '../contracts/abort-command.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import { LOG_HEADERS } from '../contracts/log-headers.ts';
import type { Notice } from '../contracts/notice.ts';
import { type Run, runKey, type StreamName } from '../contracts/run.ts';
import type { RunExited } from '../contracts/run-event.ts';
import type { RunState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import { lookAtExit } from '../pipeline/due/look-at-exit.ts';
import { createWorker } from '../pipeline/output/worker.ts';
import { decisionContext, type PipelineOptions } from '../pipeline/pipeline-options.ts';
import { silentTelemetry } from '../pipeline/ports/telemetry.ts';
import { createRunListener } from '../pipeline/run-listener.ts';
import { updateRun } from '../pipeline/update-run.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { createMemoryUnmatchedCounter } from './memory-fleet.ts';
import { createMemoryLog } from './memory-log.ts';
import { createMemoryPublisher } from './memory-publisher.ts';
import { createMemoryRunStore } from './memory-run-store.ts';

/** Some whole lines of a finished log. */
export interface LogChunk {
  readonly stream: StreamName;
  readonly data: Buffer;
  /** When it was printed, epoch milliseconds; left out: the same moment for all. */
  readonly atMs?: number;
  /** How its stream was asked to print, where that was declared. */
  readonly format?: string;
}

export interface ClassifyLogOptions {
  readonly rules: RuleSet;
  /** The runtime, when it is known; else it is recognised from the lines. */
  readonly runtime?: string;
  readonly run?: Run;
  readonly policy?: Policy;
  /** The moment that chunks without a time of their own are taken to be from, epoch milliseconds. */
  readonly atMs: number;
  /** How the run ended, where that is known. The end of the log counts as its exit either way. */
  readonly exit?: Pick<RunExited, 'code' | 'signal'>;
  /** Called after each chunk, and after the exit, with what was decided because of it, and what is remembered then. */
  readonly onStep?: (step: LogStep) => void;
}

/** What one chunk, or the end of the log, led to. */
export interface LogStep {
  /** The chunk's number, from 0; `exit` for the end. */
  readonly chunk: number | 'exit';
  readonly effects: readonly Effect[];
  readonly state: RunState | undefined;
}

/** All that the rules have to say about a finished log. */
export interface LogVerdict {
  readonly aborts: readonly AbortCommand[];
  readonly records: readonly FailureRecord[];
  readonly notices: readonly Notice[];
  readonly state: RunState | undefined;
}

const SCANNED_RUN: Run = { agent: 'scan', execution: 'log', attempt: 1 };

/**
 * Classifies a finished log: the same decoding, rules and decisions as the service, over memory instead of NATS.
 * The end of the log counts as the run having gone quiet and exited.
 *
 * @throws what reading `chunks` throws
 */
export async function classifyLog(
  chunks: Iterable<LogChunk> | AsyncIterable<LogChunk>,
  options: ClassifyLogOptions,
): Promise<LogVerdict> {
  const { rules, run = SCANNED_RUN, policy = DEFAULT_POLICY } = options;
  const history = createMemoryLog({ cutOut: true });
  const store = createMemoryRunStore();
  const publisher = createMemoryPublisher();
  let nowMs = options.atMs;
  let failure: unknown;
  let effects: Effect[] = [];
  const tellStep = async (chunk: number | 'exit'): Promise<void> => {
    options.onStep?.({ chunk, effects, state: (await store.get(run))?.state });
    effects = [];
  };
  const settlement = { ack: async () => undefined, retry: () => undefined, reject: () => undefined };
  const pipeline: PipelineOptions = {
    rules: () => rules,
    policy: () => policy,
    store,
    history,
    publisher,
    drifts: createMemoryUnmatchedCounter(),
    finished: true,
    clock: { now: () => nowMs, after: () => () => undefined },
    telemetry: {
      ...silentTelemetry,
      effectPublished: ({ effect }) => {
        effects.push(effect);
      },
      messageRetried: ({ error }) => {
        failure ??= error;
      },
    },
  };
  const worker = createWorker(pipeline);
  const listener = createRunListener(pipeline);
  const headers: Record<string, string | undefined> = {
    [LOG_HEADERS.runtime]: options.runtime,
    [LOG_HEADERS.codec]: 'lines',
  };
  const nextLine: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  let seq = 0;
  for await (const { stream, data, atMs, format } of chunks) {
    nowMs = Math.max(nowMs, atMs ?? nowMs);
    seq += 1;
    const subject = `scan.${runKey(run)}.${stream}`;
    history.append({ run, stream, subject, data, codec: 'lines', seq, storedMs: nowMs });
    const firstLine = String(nextLine[stream]);
    const own: typeof headers = { ...headers, [LOG_HEADERS.line]: firstLine, [LOG_HEADERS.format]: format };
    const header = (name: string): string | undefined => own[name];
    await worker.handleLogs([
      { run, stream, subject, data, seq, storedMs: nowMs, header, labelled: true, ...settlement },
    ]);
    nextLine[stream] += countLines(data);
    if (failure !== undefined) throw failure;
    if (options.onStep) await tellStep(seq - 1);
  }
  const { agent, execution, attempt } = run;
  const exited: RunExited = {
    schema: 'knell.run/v1',
    type: 'exited',
    agent,
    execution,
    attempt,
    at: formatTime(nowMs),
    ...options.exit,
  };
  await listener.handleRun({
    run,
    subject: 'scan',
    data: Buffer.from(JSON.stringify(exited)),
    storedMs: nowMs,
    ...settlement,
  });
  if (failure !== undefined) throw failure;
  // What the service waits for after an exit, in case that lines come later, is here already.
  await updateRun(pipeline, run, (state) => lookAtExit(state, rules, history, decisionContext(pipeline)));
  if (options.onStep) await tellStep('exit');
  return {
    aborts: publisher.aborts,
    records: publisher.records(),
    notices: publisher.notices,
    state: (await store.get(run))?.state,
  };
}

function countLines(data: Buffer): number {
  let lines = data.length > 0 && data[data.length - 1] !== 0x0a ? 1 : 0;
  for (let at = data.indexOf(0x0a); at !== -1; at = data.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}
