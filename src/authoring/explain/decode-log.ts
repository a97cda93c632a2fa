import type { StreamName } from '../../contracts/run.ts';
import type { Decoder, StreamFormat } from '../../decode/decoder.ts';
import { decoderFor } from '../../decode/decoders.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import type { Line } from '../../decode/line.ts';
import { tellFormat } from '../../decode/stream-opening.ts';

export interface DecodedLine {
  readonly line: Line;
  readonly event: DecodedEvent;
}

/** The events of a stream's lines, decoded as the pipeline decodes them. Blank lines are left out, as there. */
export function decodeLog(
  lines: readonly string[],
  runtime: string,
  stream: StreamName,
  packRuntimes: readonly string[] = [],
): DecodedLine[] {
  const decoder = decoderFor(runtime, packRuntimes);
  const format = formatOfLog(lines, decoder, stream);
  return lines.flatMap((text, number) => {
    if (text.trim() === '') return [];
    const line: Line = { stream, number, raw: Buffer.from(text) };
    return [{ line, event: decoder.decode(line, format) }];
  });
}

/** How a log's stream was asked to print, as its lines tell. */
export function formatOfLog(lines: readonly string[], decoder: Decoder, stream: StreamName): StreamFormat {
  const opening = lines.filter((line) => line.trim() !== '');
  return tellFormat(decoder, stream, opening, { cutOut: true });
}
