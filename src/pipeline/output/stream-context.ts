import type { StreamFormat } from '../../contracts/log-headers.ts';
import type { Run, StreamName } from '../../contracts/run.ts';
import { runKey } from '../../contracts/run.ts';
import type { Decoder } from '../../decode/decoder.ts';
import { decoderFor, GENERIC_RUNTIME, sniffRuntime } from '../../decode/decoders.ts';
import { tellFormat } from '../../decode/stream-opening.ts';
import type { LogHistory } from '../ports/ports.ts';
import type { ToldStart } from './told-start.ts';

/** How the lines of one stream of a run are to be understood. */
export interface StreamContext {
  readonly decoder: Decoder;
  readonly format: StreamFormat;
}

/** What a message's headers say of the lines in it. */
export interface Declared {
  readonly runtime: string | undefined;
  readonly format: StreamFormat | undefined;
}

/** By stream, for those that were asked for. */
export type KnownContexts = ReadonlyMap<StreamName, StreamContext>;

/** The lines of a stream in the message that is being read, for where the log does not show any (yet). */
export type AtHand = (stream: StreamName) => readonly string[];

export interface RunContexts {
  /**
   * @param declared counts for the message's own stream; another stream in it is recognised from its lines
   * @returns at once what is known already
   */
  of(run: Run, stream: StreamName, declared: Declared, atHand?: AtHand): StreamContext | Promise<StreamContext>;
  /** The format of a stream, where it is known without asking and the decoder's literals tell its failures. */
  knownFormat(run: Run, stream: StreamName, declared: Declared): StreamFormat | undefined;
  /** The same for several streams of a run. */
  ofAll(
    run: Run,
    streams: Iterable<StreamName>,
    declaredOf: (stream: StreamName) => Declared,
    atHand?: AtHand,
  ): KnownContexts | Promise<KnownContexts>;
}

const NONE_AT_HAND: AtHand = () => [];

/**
 * Tells how a run's lines are to be read: by the runtime that was named, by its host too, else by what its first lines look like; and in
 * which format each stream is, as declared or by its first lines. Both come from the messages and the log itself, so every
 * worker and every restart finds the same. What was found for good is kept for a bounded number of runs, only to save
 * looking again.
 *
 * @param startOf what a run's host has said of it
 * @param packRuntimes the runtimes that the rules in force name
 */
export function createRunContexts(
  history: LogHistory,
  startOf: (run: Run) => Promise<ToldStart>,
  packRuntimes: () => readonly string[],
  capacity = 20_000,
): RunContexts {
  const known = new Map<string, StreamContext>();

  async function openingOf(run: Run, stream: StreamName, atHand: AtHand) {
    const opening = await history.opening(run, stream);
    return opening.lines.length > 0 ? opening : { ...opening, lines: atHand(stream) };
  }

  async function look(
    run: Run,
    stream: StreamName,
    declared: Declared,
    key: string,
    atHand: AtHand,
  ): Promise<StreamContext> {
    const told = declared.runtime && declared.format ? undefined : await startOf(run);
    const format = declared.format ?? (stream === 'stdout' ? told?.format : undefined);
    const named = declared.runtime ?? told?.runtime;
    const opening = named && format ? undefined : await openingOf(run, stream, atHand);
    const decoder = decoderFor(named ?? (await sniffed(run, stream, opening?.lines ?? [], atHand)), packRuntimes());
    const hints = { declared: format, cutOut: opening?.cutOut ?? false };
    const context = { decoder, format: tellFormat(decoder, stream, opening?.lines ?? [], hints) };
    if (known.size >= capacity) known.delete(known.keys().next().value as string);
    // A stream that has not opened yet, or a runtime that nothing names, may look different later.
    const isTold = format !== undefined || opening?.complete || context.format === 'structured';
    if (isTold && (named || decoder.runtime !== GENERIC_RUNTIME)) known.set(key, context);
    return context;
  }

  async function sniffed(run: Run, stream: StreamName, lines: readonly string[], atHand: AtHand): Promise<string> {
    const other = stream === 'stdout' ? 'stderr' : 'stdout';
    const { lines: others, cutOut = false } = await openingOf(run, other, atHand);
    return sniffRuntime({ [stream]: lines, [other]: others }, { cutOut });
  }

  function of(run: Run, stream: StreamName, declared: Declared, atHand = NONE_AT_HAND) {
    const key = keyOf(run, stream, declared);
    return known.get(key) ?? look(run, stream, declared, key, atHand);
  }

  return {
    of,
    knownFormat(run, stream, declared) {
      const context = known.get(keyOf(run, stream, declared));
      return context?.decoder.readsEveryLine ? undefined : context?.format;
    },
    ofAll(run, streams, declaredOf, atHand) {
      const now = new Map<StreamName, StreamContext>();
      const later: Promise<unknown>[] = [];
      for (const stream of streams) {
        const context = of(run, stream, declaredOf(stream), atHand);
        if (context instanceof Promise) later.push(context.then((found) => now.set(stream, found)));
        else now.set(stream, context);
      }
      return later.length === 0 ? now : Promise.all(later).then(() => now);
    },
  };
}

function keyOf(run: Run, stream: StreamName, { runtime, format }: Declared): string {
  return `${runKey(run)}.${stream}.${runtime ?? ''}.${format ?? ''}`;
}
