import type { StreamName } from '../../contracts/run.ts';
import type { StreamFormat } from '../../decode/decoder.ts';
import { decoderFor, GENERIC_RUNTIME, sniffRuntime } from '../../decode/decoders.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import { hasSpeakerHeadings, speakerOf } from '../../decode/speaker-headings.ts';
import type { LogChunk } from '../tap-link.ts';

/** Says of each chunk of output whether the model has answered by then; asked until it has. */
export type HasAnswered = (chunk: LogChunk) => boolean;

/**
 * Tells when an agent's model gives its first answer: an event of the model's or of a tool's in structured output, a
 * heading above such words, or any text on standard output. Of a program that is not known, any output counts: what it
 * has started by then is taken for its servants, so it is better reported early than late.
 */
export function createFirstAnswer(named: string | undefined): HasAnswered {
  const formats = new Map<StreamName, StreamFormat>();
  let runtime = named === undefined ? GENERIC_RUNTIME : decoderFor(named).runtime;

  const speaks = (stream: StreamName, raw: Buffer): boolean => {
    const text = raw.toString('utf8');
    if (text.trim() === '') return false;
    if (runtime === GENERIC_RUNTIME) runtime = sniffRuntime({ [stream]: [text] });
    if (runtime === GENERIC_RUNTIME) return true;
    const decoder = decoderFor(runtime);
    const format = formats.get(stream) ?? decoder.formatOf(stream, text);
    formats.set(stream, format);
    const { name, provenance } = decoder.decode({ stream, number: 0, raw }, format);
    if (name !== LINE_EVENT) return provenance === 'narration' || provenance === 'tool';
    if (stream === 'stdout') return format === 'text';
    const speaker = hasSpeakerHeadings(runtime, stream) ? speakerOf(runtime, stream, [text]) : undefined;
    return speaker === 'narration' || speaker === 'tool';
  };

  return ({ stream, payload }) =>
    payload
      .toString('utf8')
      .split('\n')
      .some((line) => speaks(stream, Buffer.from(line)));
}
