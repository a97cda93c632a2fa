import type { StreamName } from '../contracts/run.ts';
import { ownsChannel } from './channels.ts';
import type { Decoder, StreamFormat } from './decoder.ts';
import { shapeLine } from './text/line-shape.ts';
import { isSentence, isWritten } from './text/prose.ts';

/** How many bytes of a stream's beginning are looked at for the event that opens it. */
export const OPENING_BYTES = 64 * 1024;

/** What is known of a stream besides its lines. */
export interface FormatHints {
  /** How its launcher has asked for it to be printed: then its lines are not looked at. */
  readonly declared?: StreamFormat | undefined;
  /**
   * The lines may be cut out of the middle of a finished log, where nothing is ended on their account: then the first line
   * of JSON, if no prose stands before it, may be any event of the runtime, a failure too.
   */
  readonly cutOut?: boolean;
}

/**
 * How a stream is written: as declared, else recognised from its first lines that are not blank.
 *
 * A stream is structured from the first event on that only this runtime can open a run with, whatever a wrapper printed
 * before it. In a text run a model may print any JSON it likes, so an event that claims a failure opens nothing, and
 * neither does one in a code fence or behind a line that ends in a colon: it is quoted. Where the runtime alone prints
 * on the stream, each of its events opens it.
 */
export function tellFormat(
  decoder: Decoder,
  stream: StreamName,
  opening: readonly string[],
  { declared, cutOut = false }: FormatHints = {},
): StreamFormat {
  if (!decoder.readsEvents) return 'text';
  if (declared) return declared;
  const owned = ownsChannel(decoder.runtime, stream);
  const isOwnEvent = (line: string) => decoder.formatOf(stream, line) === 'structured';
  const first = cutOut ? firstEvent(opening) : opening[0];
  if (first !== undefined && isOwnEvent(first) && (cutOut || !claimsFailure(decoder, stream, first)))
    return 'structured';
  const opens = (line: string) => (owned ? isOwnEvent(line) : decoder.opensRun(stream, line));
  return unquoted(opening).some(opens) ? 'structured' : 'text';
}

/** The runtime that could only have written these first lines, or undefined. */
export function tellRuntime(
  decoders: readonly Decoder[],
  stream: StreamName,
  opening: readonly string[],
  { cutOut = false }: FormatHints = {},
): string | undefined {
  for (const first of [opening[0], cutOut ? firstEvent(opening) : undefined]) {
    if (first === undefined) continue;
    const byFirst = decoders.find(
      (decoder) => decoder.recognises(stream, first) && (cutOut || !claimsFailure(decoder, stream, first)),
    );
    if (byFirst) return byFirst.runtime;
  }
  for (const line of unquoted(opening)) {
    const decoder = decoders.find((one) => one.opensRun(stream, line) && one.recognises(stream, line));
    if (decoder) return decoder.runtime;
  }
  return undefined;
}

/** What programs print that start others: `> agent@1.0.0 start`, `npm warn …`, `+ claude -p`, `##[group]Run`. */
const WRAPPER = /^(?:> [a-z@./]|(?:npm|pnpm|yarn|bun)\b|[+$] \S|::|##\[|\[)/;

/** The first line that may be an event, where no prose stands before it. */
function firstEvent(opening: readonly string[]): string | undefined {
  for (const line of opening) {
    const shape = shapeLine(line);
    if (/^\s*\{/.test(shape.text)) return line;
    if (!WRAPPER.test(shape.text) && (isSentence(shape) || isWritten(shape) || shape.text.endsWith(':')))
      return undefined;
  }
  return undefined;
}

function claimsFailure(decoder: Decoder, stream: StreamName, line: string): boolean {
  return decoder.decode({ stream, number: 0, raw: Buffer.from(line) }, 'structured').claimsError;
}

/** An opening brace, or what may stand before one: blanks, a byte order mark, colours. */
const MAY_BE_EVENT = /^[{\s\ufeff\x1b]/;

/** The lines that may be an event and that nothing announces as a quotation. */
function unquoted(lines: readonly string[]): string[] {
  let fenced = false;
  let announced = false;
  return lines.filter((line) => {
    const text = line.trim();
    if (/^(?:```|~~~)/.test(text)) fenced = !fenced;
    const quoted = fenced || announced;
    announced = text.endsWith(':');
    return !quoted && MAY_BE_EVENT.test(line);
  });
}
