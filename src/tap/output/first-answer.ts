import type { Provenance } from '../../contracts/categories.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { StreamFormat } from '../../decode/decoder.ts';
import { decoderFor, GENERIC_RUNTIME, sniffRuntime } from '../../decode/decoders.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import { hasSpeakerHeadings, speakerOf } from '../../decode/speaker-headings.ts';
import type { LogChunk } from '../tap-link.ts';

/**
 * How a model's answer shows: `event`: in structured output, where nothing else can look like it, so that the run's credential works ·
 * `words`: in plain text, where a failure may look the same.
 */
export type Answer = 'event' | 'words';

/** Says of each chunk of output whether the model has answered by then, and how that shows; asked until it has. */
export type HasAnswered = (chunk: LogChunk) => Answer | undefined;

/**
 * Tells when an agent's model gives its first answer: an event of the model's or of a tool's in structured output, a
 * heading above such words, or any text on standard output. Of a program that is not known, any output counts: what it
 * has started by then is taken for its servants, so it is better reported early than late.
 *
 * @param onEvent called for each event of structured output that is seen on the way: the answer will be one too
 */
export function createFirstAnswer(named: string | undefined, onEvent: () => void = () => undefined): HasAnswered {
  const formats = new Map<StreamName, StreamFormat>();
  let runtime = named === undefined ? GENERIC_RUNTIME : decoderFor(named).runtime;

  const answerIn = (stream: StreamName, raw: Buffer): Answer | undefined => {
    const text = raw.toString('utf8');
    if (text.trim() === '') return undefined;
    if (runtime === GENERIC_RUNTIME) runtime = sniffRuntime({ [stream]: [text] });
    if (runtime === GENERIC_RUNTIME) return 'words';
    const decoder = decoderFor(runtime);
    const format = formats.get(stream) ?? decoder.formatOf(stream, text);
    formats.set(stream, format);
    const { name, provenance, typed } = decoder.decode({ stream, number: 0, raw }, format);
    if (typed) onEvent();
    if (name !== LINE_EVENT) return isModels(provenance) ? 'event' : undefined;
    if (stream === 'stdout') return format === 'text' ? 'words' : undefined;
    const speaker = hasSpeakerHeadings(runtime, stream) ? speakerOf(runtime, stream, [text]) : undefined;
    return isModels(speaker) ? 'words' : undefined;
  };

  return ({ stream, payload }) => {
    for (const line of payload.toString('utf8').split('\n')) {
      const answer = answerIn(stream, Buffer.from(line));
      if (answer) return answer;
    }
    return undefined;
  };
}

/** Whether it was the model that spoke, or a tool that only the model starts. */
function isModels(provenance: Provenance | undefined): boolean {
  return provenance === 'narration' || provenance === 'tool';
}
