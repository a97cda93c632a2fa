import { DETAILS } from './choice-list.ts';
import { closesJob } from './closing-lines.ts';
import { isKeyHint, isWaiting } from './key-hints.ts';
import type { LineShape } from './line-shape.ts';
import { isTestOutput } from './test-output.ts';

/** How many lines may stand below the choices. */
export const HINTS = 12;

/** A line that is the address of a page. */
export const ADDRESS = /^https?:\/\/\S+$/;

/** A host says that it can't be answered. */
const NOBODY = /\b(?:nobody|no one|no terminal|no tty|no (?:input|answer|reply) (?:for|within|after|in|from))\b/i;

/** The input of a program in Python or Go has ended: nobody is there to answer. */
const NO_INPUT =
  /^(?:EOFError(?:: EOF when reading a line)?$|(?:[Ee]rror: )?(?:(?:reading )?(?:prompt|input|stdin|answer|response): )?(?:unexpected )?EOF$|Can't initialize prompt toolkit\b|Input is not a terminal\b)/;

/** How Go tells of the exit that follows. */
const EXITS = /^exit status [1-9]\d{0,2}$/;

/** The last line of a screen: the foot of the frame around its choices, and what explains the last of them. */
function screenEnd(shapes: readonly LineShape[], last: number): number {
  const { raw, indent } = shapes[last] as LineShape;
  if (/^\s*[│┃║]/u.test(raw)) {
    const end = shapes.slice(last + 1).findIndex((line) => !/^\s*[│┃║]/u.test(line.raw));
    const frame = shapes.slice(last + 1, end === -1 ? last + 1 : last + 1 + end);
    return frame.some(({ body }) => /^\(Use Enter\b/.test(body)) ? last + frame.length : last;
  }
  const next = shapes[last + 1];
  const isDetail = next !== undefined && next.body !== '' && next.indent > indent && next.indent >= 4;
  return isDetail && !next.stamped && next.glyph === undefined ? last + 1 : last;
}

/** The same without the trace that Python prints above its word that nobody answered. */
function withoutTrace(below: readonly LineShape[]): readonly LineShape[] {
  const end = below.findIndex(({ body }) => NO_INPUT.test(body));
  const isTrace = end > 0 && /^Traceback \(/.test((below[0] as LineShape).body);
  return isTrace && below.slice(1, end).every(({ indent }) => indent > 0) ? below.slice(end) : below;
}

/**
 * Whether nothing stands below a screen but hints on its keys, or the same screen drawn again.
 *
 * @param at the line of its question
 * @param last the last line of its choices
 */
export function isLastScreen(shapes: readonly LineShape[], at: number, last: number): boolean {
  const drawn = new Set(shapes.slice(Math.max(0, at - DETAILS), last + 1).map(({ body }) => body));
  const below = withoutTrace(shapes.slice(screenEnd(shapes, last) + 1).filter(({ body }) => /[\p{L}\d>]/u.test(body)));
  const isLogin = ADDRESS.test((shapes[last] as LineShape).body);
  const noInput = below.findIndex(({ body }) => NO_INPUT.test(body));
  let rest = 0;
  for (const [index, line] of below.entries()) {
    if (drawn.has(line.body) || isWaiting(line) || closesJob(line)) continue;
    if (NOBODY.test(line.body) || NO_INPUT.test(line.body)) continue;
    if (noInput !== -1 && index > noInput && EXITS.test(line.body)) continue;
    rest += 1;
    // On another machine a login page is opened in another way, of which a client tells.
    const isTip = isLogin && /\b(?:headless|remote|instead|code|browser|press|paste)\b/i.test(line.body);
    if (rest > HINTS || isTestOutput(line) || !(isKeyHint(line) || isTip)) return false;
  }
  return true;
}
