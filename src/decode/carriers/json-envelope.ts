import { parseJson } from '../../contracts/parse-json.ts';
import { StreamName } from '../../contracts/run.ts';
import { isObject, type JsonObject } from '../json.ts';
import { splitLines } from '../split-lines.ts';
import type { CarriedLine } from './carrier.ts';
import { withoutNoise } from './line-start.ts';

/** The object that a stored line is; undefined where it is none. */
export function envelopeOf(stored: Buffer): JsonObject | undefined {
  const bare = withoutNoise(stored);
  if (!/^\s*\{/.test(bare.subarray(0, 64).toString('latin1'))) return undefined;
  const fields = parseJson(bare);
  return isObject(fields) ? fields : undefined;
}

/** The lines of a text in an envelope: a text with line breaks is several, an empty one is a blank line. */
export function linesOfText(text: string, rest: Omit<CarriedLine, 'raw'> = {}): CarriedLine[] {
  const lines = splitLines(Buffer.from(text));
  return (lines.length === 0 ? [Buffer.alloc(0)] : lines).map((raw) => ({ ...rest, raw }));
}

/** The stream that an envelope names, if it names one. */
export function streamIn(value: unknown): { stream?: StreamName } {
  const stream = StreamName.safeParse(value);
  return stream.success ? { stream: stream.data } : {};
}
