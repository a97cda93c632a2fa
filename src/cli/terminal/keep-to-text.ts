import { writtenOut } from '../../decode/written-out.ts';
import { useColour } from './colour.ts';

/** The colours that knell itself prints (picocolors): none of them hides text. */
const COLOURS = /\u001b\[(?:0|1|2|22|3[1-6]|39)m/g;
/** A line that counts up on a terminal: it goes back to its beginning, and takes the rest of the line away. */
const COUNTING = /^\r[^\r\n]*\u001b\[K$/;

/**
 * From here on nothing that is printed to a stream steers the terminal that it may be: what agents say is in nearly all
 * that knell prints. The tap's standard output is the agent's own, and not for this.
 */
export function keepToText(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stream.write = ((chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? printable(chunk, stream) : chunk, ...rest)) as typeof stream.write;
}

/** A text as {@link keepToText} lets it through. Pure but for the environment's word on colours. */
export function printable(text: string, stream: { readonly isTTY?: boolean }): string {
  if (!stream.isTTY || !COUNTING.test(text)) return writtenOut(text, useColour(stream) ? COLOURS : undefined);
  return `\r${writtenOut(text.slice(1, -3))}\u001b[K`;
}
