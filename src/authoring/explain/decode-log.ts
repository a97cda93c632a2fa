import type { StreamName } from '../../contracts/run.ts';
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
  const opening = lines.filter((line) => line.trim() !== '');
  const format = tellFormat(decoder, stream, opening, { cutOut: true });
  return lines.flatMap((text, number) => {
    if (text.trim() === '') return [];
    const line: Line = { stream, number, raw: Buffer.from(text) };
    return [{ line, event: decoder.decode(line, format) }];
  });
}
