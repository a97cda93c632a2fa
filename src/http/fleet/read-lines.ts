import { createHash } from 'node:crypto';
import { decodeLog } from '../../authoring/explain/decode-log.ts';
import { isOfLaterUse } from '../../classify/apply-run-event.ts';
import type { RunLine } from '../../contracts/api/run-report.ts';
import { type Run, runKey, type StreamName } from '../../contracts/run.ts';
import { sniffRuntime } from '../../decode/decoders.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import type { LoggedLine } from '../../pipeline/ports/ports.ts';
import type { ApiWorld } from '../api/api-world.ts';

/** As many lines of a run are read. */
const MAX_LINES = 20_000;
/** As many characters of a line are shown, and of a longer one are decoded. */
const LINE_CHARS = 1_000;
const DECODED_CHARS = 64_000;
/** Some runs that were read last are kept for a moment: a page asks for a run's lines part by part. */
const KEPT = 4;
const KEPT_MS = 5_000;

/** A run's lines, read and decoded. */
export interface ReadLines {
  readonly raw: readonly LoggedLine[];
  readonly runtime: string;
  readonly total: number;
  readonly cut: boolean;
  page(from: number, limit: number): RunLine[];
}

type LineWorld = Pick<ApiWorld, 'history' | 'store' | 'rules' | 'clock'>;

/** Reads what runs have said, as the rules see it, with secrets redacted as in records. */
export function createLineReader({ history, store, rules, clock }: LineWorld): { read(run: Run): Promise<ReadLines> } {
  const kept = new Map<string, { readonly atMs: number; readonly lines: Promise<ReadLines> }>();

  async function readAll(run: Run): Promise<ReadLines> {
    const [printed, known] = await Promise.all([
      history.linesAfter(run, { seq: 0, row: 0 }, MAX_LINES + 1),
      store.get(run),
    ]);
    const raw = known ? printed.filter(({ atMs = 0 }) => !isOfLaterUse(known.state, atMs)) : printed;
    const cut = raw.length > MAX_LINES;
    const lines = raw.slice(0, MAX_LINES);
    const textsOf = (stream: StreamName) =>
      lines.filter((line) => line.stream === stream).map(({ text }) => text.slice(0, DECODED_CHARS));
    const texts = { stdout: textsOf('stdout'), stderr: textsOf('stderr') };
    const runtime = known?.state.runtime ?? sniffRuntime(texts);
    const events = decodeBoth(texts, runtime, rules().runtimes);
    const evidence = new Set(known?.state.verdict?.record.evidence.map(({ sha256 }) => sha256));
    const nextOf: Record<StreamName, number> = { stdout: 0, stderr: 0 };
    const places = lines.map(({ stream }) => nextOf[stream]++);
    const lineAt = (n: number): RunLine => {
      const { stream, text } = lines[n] as LoggedLine;
      const event = events[stream].get(places[n] as number);
      return {
        n,
        stream,
        text: excerpt(normaliseText(text.slice(0, DECODED_CHARS)), LINE_CHARS),
        chars: text.length,
        // On a channel that others write to as well, plain text may be anybody's.
        speaker: event && (event.typed || !event.shared) ? event.provenance : 'unknown',
        event: event?.name ?? 'line',
        claims_error: event?.claimsError ?? false,
        is_evidence: evidence.size > 0 && evidence.has(createHash('sha256').update(text).digest('hex')),
      };
    };
    return {
      raw: lines,
      runtime,
      total: lines.length,
      cut,
      page: (from, limit) =>
        Array.from({ length: Math.max(0, Math.min(limit, lines.length - from)) }, (_, index) => lineAt(from + index)),
    };
  }

  return {
    read(run) {
      const key = runKey(run);
      const known = kept.get(key);
      if (known && clock.now() - known.atMs < KEPT_MS) return known.lines;
      const lines = readAll(run);
      lines.catch(() => kept.delete(key));
      kept.delete(key);
      kept.set(key, { atMs: clock.now(), lines });
      if (kept.size > KEPT) kept.delete(kept.keys().next().value as string);
      return lines;
    },
  };
}

type Decoded = ReadonlyMap<number, DecodedEvent>;

function decodeBoth(
  texts: Readonly<Record<StreamName, readonly string[]>>,
  runtime: string,
  packRuntimes: readonly string[],
): Readonly<Record<StreamName, Decoded>> {
  const decoded = (stream: StreamName): Decoded =>
    new Map(decodeLog(texts[stream], runtime, stream, packRuntimes).map(({ line, event }) => [line.number, event]));
  return { stdout: decoded('stdout'), stderr: decoded('stderr') };
}
