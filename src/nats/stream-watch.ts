import { type JetStreamManager, NatsError, type StreamInfo } from 'nats';
import type { StoreLoss } from '../contracts/store-loss.ts';
import { BUCKETS, STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { Clock } from '../pipeline/ports/ports.ts';
import { missingIn } from './log-holes.ts';
import { type LostEntries, lostEntries } from './lost-entries.ts';
import { lossesOf } from './stream-losses.ts';
import { misfitOf, type StreamFamily } from './stream-settings.ts';

export interface StreamWatchOptions {
  readonly manager: JetStreamManager;
  readonly subjects: Pick<Subjects, 'all'>;
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly events: StreamEvents;
  /** Makes anew what is missing of all that is kept on the server. Called where nothing is left of what was there. */
  readonly makeAnew: () => Promise<void>;
  /** Told of each stream, also those of buckets, how it is at a look. */
  readonly onSeen?: (info: StreamInfo) => void;
  /** The highest sequence of a stream that this worker was given since it was asked last; left out: none. */
  readonly takeHighest?: (stream: string) => number;
  /** Milliseconds from one look to the next. */
  readonly everyMs?: number;
}

/** What is seen, past tense. */
export interface StreamEvents {
  /** What is wrong with the streams and buckets has changed; empty: nothing is. */
  streamsChanged(info: { problems: readonly string[] }): void;
  /** A stream, or that of a bucket, lost entries that it was to keep, and not all of them together were lost. */
  entriesLost(info: LostEntries & { stream: string; before: StreamInfo; now: StreamInfo }): void;
  /** Of the log stream, messages that stood between others were deleted since the last look: at least so many. */
  messagesDeleted(info: { stream: string; deleted: number }): void;
  /** The server has lost everything; this worker made it anew. */
  storeMadeAnew(): void;
  /**
   * None of the streams and buckets is the one of before, whoever made them anew; or that of the runs' events is not, or has gone back.
   * `log`: the log stream has gone back.
   */
  storeLost(loss: Pick<StoreLoss, 'log'>): void;
}

export interface StreamWatch {
  /** What keeps streams and buckets from serving, by the last look. */
  problems(): readonly string[];
  /** Looks at once, and makes anew what was lost; settles when that is done, also where it failed. */
  lookNow(): Promise<void>;
  stop(): Promise<void>;
}

/** A stream or bucket at one look; without `created` it is gone. */
interface Seen {
  readonly name: string;
  readonly created?: string;
  readonly problems: readonly string[];
}

const EVERY_MS = 10_000;
const FAMILIES = Object.keys(STREAMS) as StreamFamily[];
/** Without these no decision can be kept. What published rules need is looked after where it is read. */
const NEEDED_BUCKETS = [BUCKETS.runs, BUCKETS.fleet, BUCKETS.subscriptions, BUCKETS.probes];

/**
 * Looks over and over whether the streams and buckets are there, take what knell writes, and keep it: a person may delete
 * one or change its settings. Where none is left of those that were there, the server has come back with an empty store, and they
 * are made anew, also where that was begun and broken off, by whatever worker. What is missing alone was deleted on
 * purpose, so that is only said.
 */
export function startStreamWatch(options: StreamWatchOptions): StreamWatch {
  const { manager, subjects, clock, events, makeAnew, onSeen, takeHighest, everyMs = EVERY_MS } = options;
  let problems: readonly string[] = [];
  let cancel: () => void = () => undefined;
  let stopped = false;

  /** When each was created, at the last look that found all of them. */
  let known: ReadonlyMap<string, string> = new Map();
  let isMadeAnew = false;
  /** The runs' events are others than before, or fewer. */
  let haveRunsGone = false;
  /** The log stream holds less than before. */
  let hasLogGone = false;
  let isLossTold = false;
  const tellLoss = () => {
    if (!isLossTold || hasLogGone) events.storeLost({ ...(hasLogGone && { log: true }) });
    isLossTold = true;
  };
  let untold: Parameters<StreamEvents['entriesLost']>[0][] = [];
  /** Each as it was at the last look that found it. */
  const lastSeen = new Map<string, StreamInfo>();

  /** A stream that was given out further than it reached at the last look ended there at least. Asked before the look: what comes meanwhile is of the next. */
  function noteGiven(name: string): void {
    const seen = lastSeen.get(name);
    const beyond = (takeHighest?.(name) ?? 0) - (seen?.state.last_seq ?? 0);
    if (!seen || beyond <= 0) return;
    const { last_seq: lastSeq, messages } = seen.state;
    lastSeen.set(name, { ...seen, state: { ...seen.state, last_seq: lastSeq + beyond, messages: messages + beyond } });
  }

  function compare(name: string, info: StreamInfo): void {
    const before = lastSeen.get(name);
    lastSeen.set(name, info);
    const lost = before && lostEntries(before, info, clock.now());
    if (lost) untold.push({ ...lost, stream: name, before, now: info });
    // A server that comes back with an older copy of its store has gone back.
    const hasGoneBack = lost?.how === 'back';
    if (name === STREAMS.runs && before && (before.created !== info.created || hasGoneBack)) haveRunsGone = true;
    if (name === STREAMS.logs && hasGoneBack) hasLogGone = true;
    if (name !== STREAMS.logs || before?.created !== info.created) return;
    const deleted = missingIn(info.state) - missingIn(before.state);
    if (deleted > 0) events.messagesDeleted({ stream: name, deleted });
  }

  async function seeOf(name: string, family?: StreamFamily): Promise<Seen> {
    try {
      noteGiven(name);
      const info = await manager.streams.info(name);
      onSeen?.(info);
      compare(name, info);
      const misfit = family && misfitOf(info.config, subjects.all(family));
      const problems = [...(misfit === undefined ? [] : [misfit]), ...lossesOf(info)];
      return { name, created: info.created, problems: problems.map((problem) => `the stream ${name} ${problem}`) };
    } catch (error) {
      if (!(error instanceof NatsError) || error.api_error?.code !== 404) throw error;
      // Kept now: the worker that makes it anew may be another one.
      if (name === STREAMS.runs && lastSeen.has(name)) tellLoss();
      return { name, problems: [`the stream ${name} is gone: restart the service, which makes it anew`] };
    }
  }

  /** Whether something is missing, and nothing is left of what was there. */
  function isLost(seen: readonly Seen[]): boolean {
    const left = seen.filter(({ created }) => created !== undefined);
    if (left.length === seen.length) return false;
    return left.every(({ name, created }) => known.size > 0 && known.get(name) !== created);
  }

  async function look(): Promise<void> {
    const looks = [
      ...FAMILIES.map((family) => seeOf(STREAMS[family], family)),
      ...NEEDED_BUCKETS.map((bucket) => seeOf(`KV_${bucket}`)),
    ];
    const seen = await Promise.all(looks);
    if (isLost(seen) && !stopped) {
      await makeAnew();
      isMadeAnew = true;
      events.storeMadeAnew();
      return look();
    }
    const createdOf = seen.flatMap(({ name, created }) => (created === undefined ? [] : [[name, created] as const]));
    if (createdOf.length === seen.length) {
      const isOther = known.size > 0 && createdOf.every(([name, created]) => known.get(name) !== created);
      if (isMadeAnew || isOther) untold = [];
      if (isMadeAnew || isOther || haveRunsGone || hasLogGone) tellLoss();
      isMadeAnew = false;
      haveRunsGone = false;
      hasLogGone = false;
      isLossTold = false;
      known = new Map(createdOf);
    }
    for (const lost of untold.splice(0)) events.entriesLost(lost);
    const before = problems;
    problems = seen.flatMap((one) => one.problems);
    if (String(before) !== String(problems)) events.streamsChanged({ problems });
  }

  let looking = Promise.resolve();
  function lookNow(): Promise<void> {
    // Where the server does not answer, the reading watch tells of it.
    looking = looking
      .then(look)
      .catch(() => undefined)
      .finally(() => {
        cancel();
        if (!stopped) cancel = clock.after(everyMs, lookNow);
      });
    return looking;
  }
  void lookNow();
  return {
    problems: () => problems,
    lookNow,
    async stop() {
      stopped = true;
      cancel();
      await looking;
    },
  };
}
