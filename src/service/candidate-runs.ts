import type { JetStreamManager } from 'nats';
import { recordId } from '../classify/ids.ts';
import type { Policy } from '../classify/policy.ts';
import { type RunUse, useAt } from '../classify/run-uses.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import type { UnlabelledCodec } from '../contracts/log-headers.ts';
import { runKey } from '../contracts/run.ts';
import type { Subjects } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import type { Logger } from '../logging/logger.ts';
import { decideAnew } from '../memory/decide-anew.ts';
import { readByRequest } from '../nats/read-run.ts';
import { endingOf } from '../nats/run-ending.ts';
import { storedMoments, storedUses } from '../nats/stored-moments.ts';
import type { EndedRun } from '../pipeline/pipeline-options.ts';
import type { Clock, Publisher } from '../pipeline/ports/ports.ts';
import type { RunMoment } from '../pipeline/ports/run-moment.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';

export interface CandidateRunsOptions {
  readonly manager: JetStreamManager;
  readonly subjects: Subjects;
  readonly unlabelled: UnlabelledCodec | undefined;
  /** Records alone are published: nothing here can command, or tell of anything else. */
  readonly publisher: Pick<Publisher, 'record'>;
  /** The rules in force. */
  readonly rules: () => RuleSet;
  /** The rules that are tried beside them. */
  readonly candidate: () => RuleSet | undefined;
  readonly policy: () => Policy;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Logger;
  readonly limits?: Partial<CandidateLimits>;
}

/** What trying a candidate may cost a worker. */
export interface CandidateLimits {
  /** Of its time, 0 to 1. */
  readonly share: number;
  /** Ended runs that wait to be looked at; a burst beyond this is sampled. */
  readonly waiting: number;
  /** Output of one run beyond this is not read. */
  readonly bytes: number;
}

/** A tenth of its time: a worker that has no other tenth left is behind already. */
const LIMITS: CandidateLimits = { share: 0.1, waiting: 1_000, bytes: 64 * 1024 * 1024 };

/** Tries the candidate on the runs that this worker hears to have ended. */
export interface CandidateRuns {
  /** Takes a run down to be looked at when there is time. Returns at once. */
  take(ended: EndedRun): void;
  /** On how many runs a candidate was tried here, and on how many there was no time to. */
  counts(digest: string | undefined): { readonly tried: number; readonly left_out: number };
  /** Gives up what is under way and what waits, and settles soon. */
  stop(): Promise<void>;
}

const LEFT_OUT = 'the candidate could not be tried on a run; it is left out';
/** How long a stop waits for a server that does not answer, in milliseconds: one run's evidence is not worth more. */
const STOP_MS = 1_000;
/** Shorter pauses are saved up: a timer is late by about a millisecond. */
const LEAST_PAUSE_MS = 5;

/**
 * Decides each run that has ended once more, by the candidate: from the stored output, as the run went, one run after the
 * other, in a bounded share of the worker's time. What the candidate would have ended is a failure record that names it, and how
 * the run ended without it.
 */
export function createCandidateRuns(options: CandidateRunsOptions): CandidateRuns {
  const { manager, subjects, unlabelled, publisher, rules, policy, clock, log } = options;
  const { share, waiting: mostWaiting, bytes: mostBytes } = { ...LIMITS, ...options.limits };
  const reader = readByRequest(manager, subjects);
  const waiting: EndedRun[] = [];
  let counted = { digest: '', tried: 0, left_out: 0 };
  let working: Promise<void> | undefined;
  let isStopped = false;
  let wake: () => void = () => undefined;
  let owedMs = 0;

  /** The candidate, where it can say anything else than the rules in force. */
  function candidate(): RuleSet | undefined {
    const found = options.candidate();
    return found?.digest === rules().digest ? undefined : found;
  }

  function count(digest: string, what: 'tried' | 'left_out'): void {
    if (counted.digest !== digest) counted = { digest, tried: 0, left_out: 0 };
    counted[what] += 1;
  }

  /** Takes down how long some work took: a rest is owed for it. */
  function worked(sinceMs: number): void {
    owedMs += (performance.now() - sinceMs) * (1 / share - 1);
  }

  /** Waits as long as is owed, so that all work was its share of the time. */
  async function rest(): Promise<void> {
    if (owedMs < LEAST_PAUSE_MS || isStopped) return;
    const delayMs = owedMs;
    owedMs = 0;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(delayMs, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  /**
   * Hands on a run's moments, each after a rest for what the one before took, the reading of it included.
   *
   * @throws {Error} when there are too many, or the worker stops: what was decided so far then says nothing of the run
   */
  async function* atRest(moments: AsyncIterable<RunMoment>): AsyncGenerator<RunMoment> {
    let bytes = 0;
    let sinceMs = performance.now();
    try {
      for await (const moment of moments) {
        if ('output' in moment) bytes += moment.output.data.length;
        if (bytes > mostBytes) throw new Error(`the run has printed more than ${mostBytes} bytes`);
        yield moment;
        worked(sinceMs);
        await rest();
        sinceMs = performance.now();
        if (isStopped) throw new Error('the worker stops');
      }
    } finally {
      worked(sinceMs);
    }
  }

  /** Undefined where the run's end says nothing. */
  async function verdictOn(
    { run, atMs }: EndedRun,
    ruleSet: RuleSet,
  ): Promise<{ use: RunUse; record: FailureRecord | undefined } | undefined> {
    const sinceMs = performance.now();
    const use = useAt(await storedUses(reader, run), atMs);
    const { ended } = await endingOf(manager, subjects, run, use);
    worked(sinceMs);
    await rest();
    // How it would have ended without knell's command nobody knows.
    if (ended === 'aborted') return undefined;
    const moments = atRest(storedMoments(reader, run, use));
    return { use, record: await decideAnew(moments, { run, rules: ruleSet, policy: policy(), unlabelled }) };
  }

  async function tryOn(ended: EndedRun): Promise<void> {
    const ruleSet = candidate();
    if (!ruleSet) return;
    const { digest } = ruleSet;
    try {
      const found = await verdictOn(ended, ruleSet);
      if (!found) return;
      const { use, record } = found;
      if (record && use.exit) await publisher.record(asCandidates(record, digest, use, use.exit));
      count(digest, 'tried');
    } catch (error) {
      count(digest, 'left_out');
      if (!isStopped) log.warn({ err: error, run: runKey(ended.run), candidate: digest }, LEFT_OUT);
    }
  }

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next && !isStopped; next = waiting.shift()) await tryOn(next);
    working = undefined;
  }

  return {
    take(ended) {
      const digest = candidate()?.digest;
      if (digest === undefined || isStopped) return;
      if (waiting.length >= mostWaiting) return count(digest, 'left_out');
      waiting.push(ended);
      working ??= work();
    },
    counts(digest) {
      const { tried, left_out } = counted;
      return counted.digest === digest ? { tried, left_out } : { tried: 0, left_out: 0 };
    },
    async stop() {
      isStopped = true;
      wake();
      if (!working) return;
      let cancel: () => void = () => undefined;
      const tooLong = new Promise<void>((resolve) => {
        cancel = clock.after(STOP_MS, resolve);
      });
      await Promise.race([working, tooLong]);
      cancel();
    },
  };
}

/** The record as the candidate's: it says whose word it is and how the run ended, and is another one than the run's own. */
function asCandidates(
  record: FailureRecord,
  digest: string,
  { fromMs }: RunUse,
  { event, atMs }: NonNullable<RunUse['exit']>,
): FailureRecord {
  const { agent, execution, attempt } = record;
  return {
    ...record,
    record_id: recordId({ agent, execution, attempt }, `candidate ${digest} ${fromMs}`),
    reason: 'the rules are a candidate, which commands nothing',
    candidate: { digest, ended: event.code === 0 ? 'succeeded' : 'failed', ended_at: formatTime(atMs) },
  };
}
