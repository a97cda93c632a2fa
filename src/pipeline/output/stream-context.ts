import type { Run, StreamName } from '../../contracts/run.ts';
import { runKey } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import type { Decoder, StreamFormat } from '../../decode/decoder.ts';
import { decoderFor, sniffRuntime } from '../../decode/decoders.ts';
import type { LogHistory } from '../ports/ports.ts';

/** How the lines of one stream of a run are to be understood. */
export interface StreamContext {
  readonly decoder: Decoder;
  readonly format: StreamFormat;
}

/** By stream, for those that were asked for. */
export type KnownContexts = ReadonlyMap<StreamName, StreamContext>;

export interface RunContexts {
  /**
   * @param named the runtime as the message's header or the run's start named it
   * @param atHand a line of the stream that was read; a stream that holds no line (any more) is told by this one
   * @returns at once what is known already
   */
  of(
    run: Run,
    stream: StreamName,
    named: string | undefined,
    atHand?: () => string | undefined,
  ): StreamContext | Promise<StreamContext>;
  /** The format of a stream, where it is known without asking. */
  knownFormat(run: Run, stream: StreamName, named: string | undefined): StreamFormat | undefined;
  /** The same for several streams of a run. */
  ofAll(
    run: Run,
    streams: Iterable<StreamName>,
    named: string | undefined,
    atHand?: (stream: StreamName) => string | undefined,
  ): KnownContexts | Promise<KnownContexts>;
}

const STREAMS: readonly StreamName[] = ['stdout', 'stderr'];

/**
 * Tells how a run's lines are to be read: by the runtime that was named, else by what its first lines look like;
 * and whether a stream is structured by its first line. Both come from the log itself, so every worker and every
 * restart tells the same. What was told is kept for a bounded number of runs, only to save looking again.
 */
export function createRunContexts(
  history: LogHistory,
  stateOf: (run: Run) => Promise<RunState | undefined>,
  capacity = 20_000,
): RunContexts {
  const known = new Map<string, StreamContext>();

  async function runtimeOf(run: Run, named: string | undefined): Promise<string> {
    if (named) return named;
    const started = (await stateOf(run))?.runtime;
    if (started) return started;
    for (const stream of STREAMS) {
      const first = await history.firstLine(run, stream);
      const runtime = first === undefined ? undefined : sniffRuntime(stream, first);
      if (runtime !== undefined && runtime !== 'generic') return runtime;
    }
    return 'generic';
  }

  async function look(
    run: Run,
    stream: StreamName,
    named: string | undefined,
    key: string,
    atHand: () => string | undefined,
  ): Promise<StreamContext> {
    const [runtime, stored] = await Promise.all([runtimeOf(run, named), history.firstLine(run, stream)]);
    const first = stored ?? atHand();
    const decoder = decoderFor(runtime);
    const context = { decoder, format: first === undefined ? 'text' : decoder.formatOf(stream, first) } as const;
    if (known.size >= capacity) known.delete(known.keys().next().value as string);
    // A stream without a line yet, or a runtime nobody has named, may look different later.
    if (first !== undefined && (named || decoder.runtime !== 'generic')) known.set(key, context);
    return context;
  }

  function of(
    run: Run,
    stream: StreamName,
    named: string | undefined,
    atHand: () => string | undefined = () => undefined,
  ): StreamContext | Promise<StreamContext> {
    const key = `${runKey(run)}.${stream}.${named ?? ''}`;
    return known.get(key) ?? look(run, stream, named, key, atHand);
  }

  return {
    of,
    knownFormat: (run, stream, named) => known.get(`${runKey(run)}.${stream}.${named ?? ''}`)?.format,
    ofAll(run, streams, named, atHand = () => undefined) {
      const now = new Map<StreamName, StreamContext>();
      const later: Promise<unknown>[] = [];
      for (const stream of streams) {
        const context = of(run, stream, named, () => atHand(stream));
        if (context instanceof Promise) later.push(context.then((found) => now.set(stream, found)));
        else now.set(stream, context);
      }
      return later.length === 0 ? now : Promise.all(later).then(() => now);
    },
  };
}
