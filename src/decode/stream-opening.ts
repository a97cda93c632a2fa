import type { StreamName } from '../contracts/run.ts';
import { ownsChannel } from './channels.ts';
import type { Decoder, StreamFormat } from './decoder.ts';
import { PROGRESS } from './text/client-headers.ts';
import { isLaunch } from './text/launch.ts';
import { shapeLine } from './text/line-shape.ts';
import { FENCE, isSentence, isWritten } from './text/prose.ts';
import { opensToolBlock } from './text/tool-blocks.ts';

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
  // Any object could be an event of an unknown agent: such a stream holds nothing else.
  if (decoder.readsEveryLine && !opening.every((line) => MAY_BE_EVENT.test(line))) return 'text';
  const owned = ownsChannel(decoder.runtime, stream);
  // In a log that was stored, both streams are often one.
  const places: readonly StreamName[] = cutOut ? [stream, 'stdout'] : [stream];
  const isOwnEvent = (line: string) => places.some((place) => decoder.formatOf(place, line) === 'structured');
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
  const events = unquoted(opening);
  const openers = decoders.filter((one) => events.some((line) => one.opensRun(stream, line)));
  for (const line of events) {
    const decoder = openers.find((one) => one.opensRun(stream, line) && one.recognises(stream, line));
    if (decoder) return decoder.runtime;
  }
  // Several runtimes open a run alike: then what stands below tells which it is, a failure too.
  const below = events.slice(events.findIndex((line) => openers.some((one) => one.opensRun(stream, line))) + 1);
  return below.map((line) => openers.find((one) => one.recognises(stream, line))).find(Boolean)?.runtime;
}

/** What programs print that start others: `> agent@1.0.0 start`, `npm warn …`, `+ claude -p`, `##[group]Run`. */
const WRAPPER = /^(?:> [a-z@./]|(?:npm|pnpm|yarn|bun)\b|[+$] \S|::|##\[|\[)/;

/** A command that shows what is stored somewhere: what stands below it is no event of this run. */
const VIEWER =
  /^\s*(?:[$%#❯+]|PS>)\s+(?:sudo )?(?:cat|bat|jq|yq|head|tail|less|more|grep|rg|sed|awk|curl|wget|http|echo|printf|type|Get-Content|gh|kubectl|docker|journalctl|python3?|node -e)\b/;

/** The first line that may be an event, where neither prose nor a tool stands before it. */
function firstEvent(opening: readonly string[]): string | undefined {
  for (const line of opening) {
    const shape = shapeLine(line);
    if (/^\s*\{/.test(shape.text)) return line;
    if (FENCE.test(shape.text) || shows(line)) return undefined;
    if (isLaunch(shape) || WRAPPER.test(shape.text) || PROGRESS.test(shape.text)) continue;
    if (isSentence(shape) || isWritten(shape) || shape.text.endsWith(':')) return undefined;
  }
  return undefined;
}

function claimsFailure(decoder: Decoder, stream: StreamName, line: string): boolean {
  return decoder.decode({ stream, number: 0, raw: Buffer.from(line) }, 'structured').claimsError;
}

/** An opening brace, or what may stand before one: blanks, a byte order mark, colours. */
const MAY_BE_EVENT = /^[{\s\ufeff\x1b]/;

/** The lines that may be an event and that nothing announces as a quotation, and no tool shows. */
function unquoted(lines: readonly string[]): string[] {
  let fenced = false;
  let announced = false;
  let shown: boolean | undefined = false;
  let above = '';
  return lines.filter((line) => {
    const text = line.trim();
    if (/^(?:```|~~~)/.test(text)) fenced = !fenced;
    const quoted = fenced || announced;
    announced = text.endsWith(':');
    if (text === '') return false;
    if (!MAY_BE_EVENT.test(line) || !/^[^{]{0,32}\{/.test(line)) {
      above = line;
      shown = undefined;
      return false;
    }
    // What stands right above a block of events is looked at once.
    shown ??= shows(above);
    return !quoted && !shown;
  });
}

/** Whether a line is a command, or a tool's heading, below which something stored is shown. */
function shows(line: string): boolean {
  const shape = shapeLine(line);
  return !isLaunch(shape) && (VIEWER.test(shape.text) || (!WRAPPER.test(shape.text) && opensToolBlock(shape)));
}
