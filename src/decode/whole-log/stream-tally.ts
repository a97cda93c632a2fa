import type { StreamName } from '../../contracts/run.ts';
import { isBlank } from '../carriers/unwrapper.ts';
import type { Decoder, StreamFormat } from '../decoder.ts';
import { OPENING_BYTES } from '../stream-opening.ts';
import { UNPARSED_EVENT } from '../text-event.ts';

/** Counts what is read of one stream, and what its decoder makes nothing of. */
export interface StreamTally {
  readonly opening: readonly string[];
  readonly lines: number;
  add(raw: Buffer): void;
  /** The lines of a structured stream that are no events, as far as they were seen. */
  notUnderstood(decoder: Decoder, format: StreamFormat): number;
}

/** @param contextOf how the stream is read, asked once its opening is full */
export function createStreamTally(
  stream: StreamName,
  contextOf: () => { readonly decoder: Decoder; readonly format: StreamFormat },
): StreamTally {
  const opening: string[] = [];
  let bytes = 0;
  let lines = 0;
  let later: { readonly decoder: Decoder; readonly format: StreamFormat } | undefined;
  let unparsed = 0;
  const isUnparsed = (decoder: Decoder, format: StreamFormat, raw: Buffer): boolean =>
    format === 'structured' && decoder.decode({ stream, number: 0, raw }, format).name === UNPARSED_EVENT;
  return {
    opening,
    get lines() {
      return lines;
    },
    add(raw) {
      lines += 1;
      if (isBlank(raw)) return;
      if (bytes < OPENING_BYTES) {
        bytes += raw.length + 1;
        opening.push(raw.toString('utf8'));
        return;
      }
      later ??= contextOf();
      if (isUnparsed(later.decoder, later.format, raw)) unparsed += 1;
    },
    notUnderstood: (decoder, format) =>
      unparsed + opening.filter((line) => isUnparsed(decoder, format, Buffer.from(line))).length,
  };
}
