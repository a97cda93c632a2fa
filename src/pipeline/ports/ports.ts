import type { StoredRunEvent } from '../../classify/run-uses.ts';
import type { AbortCommand } from '../../contracts/abort-command.ts';
import type { FailureRecord } from '../../contracts/failure-record.ts';
import type { FleetMode } from '../../contracts/fleet-mode.ts';
import type { Notice } from '../../contracts/notice.ts';
import type { ProcessTreeReport } from '../../contracts/process-tree.ts';
import type { Run, StreamName } from '../../contracts/run.ts';
import type { Position, RunState } from '../../contracts/run-state.ts';
import type { Opening } from './opening.ts';

/*
 * What the pipeline needs from the world. `nats/` and `memory/` both provide all of it,
 * and one conformance suite holds both to the same behaviour.
 */

/** How a message is given back to where it came from: exactly one of these, once. */
export interface Settlement {
  /** Done: never deliver it again. Not confirmed: if it gets lost, the message comes once more. */
  ack(): void;
  /**
   * Not now: deliver it again after `delayMs`, or later while something outside fails. What keeps failing for its own
   * sake is put aside with the error as its reason, so that it holds up nothing else.
   */
  retry(delayMs: number, error?: unknown): void;
  /** Bad for good: never deliver it again. */
  reject(): void;
  /** It has been read, and waits for a decision on its run: more may be read meanwhile. Left out: nothing is read ahead of it. */
  setAside?(): void;
}

/** One message of agent output. */
export interface LogMessage extends Settlement {
  readonly run: Run;
  readonly stream: StreamName;
  readonly subject: string;
  readonly data: Buffer;
  header(name: string): string | undefined;
  /** Whether it has any `Knell-` header. */
  readonly labelled: boolean;
  /** Sequence in the log stream. */
  readonly seq: number;
  /** When the stream stored it, epoch milliseconds. */
  readonly storedMs: number;
}

/** One message about a run's life, or an ack; `data` is not yet parsed. */
export interface RunMessage extends Settlement {
  readonly subject: string;
  readonly run: Run;
  readonly data: Buffer;
  readonly storedMs: number;
  /** Sequence in its stream, where it came from one. */
  readonly seq?: number;
}

/** A line that stands in the log stream. */
export interface LoggedLine {
  readonly stream: StreamName;
  readonly position: Position;
  /** The line as printed, decoded leniently as UTF-8, not normalised. */
  readonly text: string;
  /** When its message was stored, epoch milliseconds by the server's clock. */
  readonly atMs?: number;
  /** Its host saw that it was printed before the agent was there (`Knell-Early: certain`). */
  readonly isEarly?: true;
  /**
   * Stands for all the lines up to this position that a bounded history holds no more. They are so many that the run
   * has certainly gone on; what they said is not known, and the text is empty.
   */
  readonly letGo?: true;
}

export interface LastOutput {
  readonly stream: StreamName;
  readonly position: Position;
  readonly atMs: number;
  readonly text: string;
  /** The line's bytes, as printed. */
  readonly raw: Buffer;
}

/** Reads back what a run has printed. The log stream itself is the memory, so nothing has to be kept for it. */
export interface LogHistory {
  /** What one stream of a run began with; no lines while there are none. */
  opening(run: Run, stream: StreamName): Promise<Opening>;
  /** Up to `limit` lines of both streams that stand after a position, in order. */
  linesAfter(run: Run, position: Position, limit: number): Promise<LoggedLine[]>;
  /** What the run, or one of its streams, said last (see `last-words.ts`); undefined where it has said nothing. */
  lastOutput(run: Run, stream?: StreamName): Promise<LastOutput | undefined>;
  /**
   * What one of the run's streams said last, in order: about so many messages, less where these are long. `isAll`: nothing is held
   * that stands before.
   */
  lastLines(
    run: Run,
    stream: StreamName,
    mostMessages: number,
  ): Promise<{ readonly lines: LoggedLine[]; readonly isAll: boolean }>;
  /**
   * The lines of both streams, in order, that workers may not have taken in yet: all that stand after the place up to which
   * everything is done. Undefined where these are more than `limit`, or than can be read in a moment.
   */
  unreadLines(run: Run, limit: number): Promise<LoggedLine[] | undefined>;
  /** The last of those lines before a message of the log stream, in order: as many as can be read in a moment. */
  unreadBefore(run: Run, seq: number): Promise<LoggedLine[]>;
  /**
   * What the run's host has said of it that may decide, in order: the last word and, of those before it, all where no start is known, else
   * those that no worker may have taken in. Where they are many, the first ones and the last ones, as many as can be read in a moment.
   *
   * @param isStartKnown the run's start has been taken in
   */
  eventsOf(run: Run, isStartKnown: boolean): Promise<readonly StoredRunEvent[]>;
  /**
   * Whether a run of which no start is stored began before what is stored of it, as where the server came back with an empty store: what
   * it said first, and what its start told, is then not known.
   */
  isStartLost(run: Run): Promise<boolean>;
  /** Where the log begins: what was stored before has been dropped or deleted, read or not, and its absence says nothing. */
  begin(): Promise<LogBegin>;
  /** What the run's host reported last of its process tree; undefined where it sees none. */
  lastTree(run: Run): Promise<SeenTree | undefined>;
}

/** A process tree as a host reported it. */
export interface SeenTree {
  readonly tree: ProcessTreeReport;
  /** When the server stored it, epoch milliseconds. */
  readonly storedMs: number;
}

/** Where the log stream begins: the sequence is 1 at most where nothing was ever dropped, and the time is then when it was made. */
export interface LogBegin {
  /** All lines from this sequence on are there. */
  readonly seq: number;
  /** All lines that were stored from then on are there, epoch milliseconds by the server's clock. */
  readonly atMs: number;
}

/** A run's state and the revision it was read at. */
export interface Versioned {
  readonly state: RunState;
  readonly revision: number;
  /** What stands there is no state: nothing is known of the run, and the next write replaces it. */
  readonly isUnreadable?: true;
}

/** What knell remembers of runs. */
export interface RunStore {
  get(run: Run): Promise<Versioned | undefined>;
  /** What this process wrote of the run last, where it knows of no later write. Another one may have written since. */
  recall?(run: Run): Versioned | undefined;
  /** Stores the state if no other writer came since `revision` (0: if there is none). False: one did. */
  put(state: RunState, revision: number): Promise<boolean>;
  /** All runs that are known now, then every change, until `stop`. `ready` settles when all known ones were handed over. */
  watch(listener: (state: RunState, revision: number) => void): Promise<{ ready: Promise<void>; stop(): void }>;
}

/** Where decisions go. Each call settles when the receiver has confirmed that it is stored. */
export interface Publisher {
  /** `already_there`: the attempt has its abort command; the one that stands is the one that counts. */
  abort(command: AbortCommand): Promise<'published' | 'already_there'>;
  /** The run's abort command, if it has one. */
  given(run: Run): Promise<AbortCommand | undefined>;
  /** Shows the run's abort command once more to all who listen; the stream keeps its one copy. */
  offer(run: Run): Promise<void>;
  /** `revision` tells a later version of the same record from a mere repetition. */
  record(record: FailureRecord, revision?: number): Promise<void>;
  notice(notice: Notice, subject: readonly string[]): Promise<void>;
}

/** How often each kind of unknown failure has been seen, over the whole fleet. */
export interface UnmatchedCounter {
  /** Counts one more, and says how many that makes. */
  count(fingerprint: string): Promise<number>;
}

/** Every abort command of the fleet, from all workers. */
export interface AbortFeed {
  /**
   * Commands since a moment, then each new one in order, each with when it was stored (epoch milliseconds by the server's
   * clock); returns how to stop.
   */
  watch(sinceMs: number, listener: (command: AbortCommand, storedMs: number) => void): Promise<() => void>;
}

/** The mode of the whole fleet. */
export interface FleetModeStore {
  /** `isGood`: the newest entry is the mode, and not an earlier one since the newest can't be read or trusted. */
  get(): Promise<{ readonly mode: FleetMode; readonly revision: number; readonly isGood?: boolean } | undefined>;
  /** Stores it if no other writer came since `revision` (0: if there is none). False: one did. */
  put(mode: FleetMode, revision: number): Promise<boolean>;
  /** Tells what holds now before it settles, then every change; returns how to stop. */
  watch(listener: (mode: FleetMode) => void): Promise<() => void>;
}

/** The only source of time outside of events. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after `delayMs`; returns how to call it off. Never keeps the process alive. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
