import type { StreamName } from '../../contracts/run.ts';
import { ownsChannel } from '../channels.ts';
import type { Decoder } from '../decoder.ts';
import { normaliseText } from '../normalise-text.ts';
import { LINE_MAX } from '../text/line-shape.ts';
import { textEvent } from '../text-event.ts';

/** A decoder for a runtime that writes plain text only: every line is a line, whatever it looks like. */
export function createTextDecoder(
  runtime: string,
  recognisesText: (text: string, stream: StreamName) => boolean = () => false,
): Decoder {
  return {
    runtime,
    readsEvents: false,
    errorLiterals: [],
    formatOf: () => 'text',
    opensRun: () => false,
    recognises: (stream, firstLine) => recognisesText(normaliseText(firstLine.slice(0, LINE_MAX)), stream),
    decode: (line) => textEvent(line, !ownsChannel(runtime, line.stream)),
  };
}
