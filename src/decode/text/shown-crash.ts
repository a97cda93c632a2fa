/** What a client, or Node, shows of an exception below its words. */
import type { LineShape } from './line-shape.ts';
import { isOwnFile } from './own-trace.ts';

/** Whether a client's renderer shows where the client itself threw: `ERROR  …`, and below it a place in its own package. */
export function isOwnCrash(shapes: readonly LineShape[], first: number): boolean {
  const { text, level } = shapes[first] as LineShape;
  const place = shapes.slice(first + 1, first + 3).find(({ body }) => body !== '');
  return level === 'error' && /^\s*ERROR {2}\S/.test(text) && place !== undefined && isOwnFile(place);
}

/** A place, a line of the source, or a call, as the renderer shows them. */
export function isShownOfCrash({ body }: LineShape): boolean {
  return /^(?:file:\/\/)?\/\S+:\d+:\d+$|^\d+: |^- .*\(\S+:\d+:\d+\)$/.test(body);
}

/** How many lines of an exception's words stand above its trace. */
const WORDS = 4;

/** Whether a line stands between a failure and the trace of Node's right below it: it belongs to the exception's words. */
export function isAboveTrace(shapes: readonly LineShape[], last: number, at: number): boolean {
  if (at > last + WORDS) return false;
  const below = shapes.slice(last + 1, last + 2 + WORDS);
  const trace = below.findIndex(({ raw }) => /^\s+at (?:.+ \(|\S+:\d+:\d+$)/.test(raw));
  return trace >= at - last && below.slice(0, trace).every(({ body, stamped }) => body !== '' && !stamped);
}
