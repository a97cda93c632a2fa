import type { StreamName } from '../../contracts/run.ts';
import { decoderFor } from '../../decode/decoders.ts';
import { normaliseText } from '../../decode/normalise-text.ts';

/**
 * A line that the runtime's decoder reads as this event with this text: the smallest that can stand as an example until
 * a real one is captured. Found by trying the places where runtimes put their error texts.
 *
 * @returns undefined when no such line is found
 */
export function sampleEvent(runtime: string, event: string, text: string, stream: StreamName): string | undefined {
  const decoder = decoderFor(runtime);
  for (const candidate of candidatesFor(event, text)) {
    const line = JSON.stringify(candidate);
    if (decoder.formatOf(stream, line) !== 'structured') continue;
    const read = decoder.decode({ stream, number: 0, raw: Buffer.from(line) }, 'structured');
    const isRuntime = read.typed && read.provenance === 'runtime' && !read.subagent;
    if (isRuntime && read.name === event && read.text === normaliseText(text)) return line;
  }
  return undefined;
}

function* candidatesFor(event: string, text: string): Generator<object> {
  const [head = event, tail] = event.split('/');
  const types: object[] = [{ type: event }];
  if (tail !== undefined) {
    types.push({ type: head, subtype: tail }, { type: head, hookEventName: tail });
    yield { type: head, item: { id: 'item_1', type: tail, message: text } };
    yield { type: head, event: { type: tail, error: { message: text } } };
    yield { [head]: tail, message: text };
  }
  for (const type of types) {
    for (const fields of fieldsWith(text)) yield { ...type, ...fields };
  }
}

const ZERO_USAGE = { input_tokens: 0, output_tokens: 0 };

/** Where runtimes put what went wrong, and what else says that it did. */
function fieldsWith(text: string): object[] {
  return [
    { is_error: true, result: text },
    { error: 'unknown', message: { model: '<synthetic>', content: [{ type: 'text', text }] } },
    { is_error: false, result: text, usage: ZERO_USAGE },
    { message: { content: [{ type: 'text', text }], usage: ZERO_USAGE } },
    { error: { message: text } },
    { status: 'error', error: { message: text } },
    { message: text },
    { errorMessage: text },
    { success: false, finalError: text },
    { message: { stopReason: 'error', errorMessage: text } },
    { messages: [{ stopReason: 'error', errorMessage: text }] },
    { finishReason: 'error', text },
    { data: { message: text } },
    { data: { errorMessage: text, outcome: 'error' } },
    { output: [], error: text },
    { error: text },
    { exitCode: 1 },
    { rate_limit_info: { status: 'rejected' } },
    {},
  ];
}
