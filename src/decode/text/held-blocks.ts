import { normaliseText } from '../normalise-text.ts';
import { askedOnce } from './by-shape.ts';
import { LINE_MAX, type LineShape } from './line-shape.ts';

/** SWE-agent heads what its model thinks, does and sees; the block ends at its next line of a log, whatever stands in it. */
const HEADED =
  /^\s*(?:\p{Extended_Pictographic}\uFE0F?\s+)?(?:INFO|DEBUG)[\s-]+(?:\p{Extended_Pictographic}\uFE0F?\s*)?(?:THOUGHT|ACTION|OBSERVATION)\b/u;
const LOGGED =
  /^\s*(?:\p{Extended_Pictographic}\uFE0F?\s+)?(?:[\w-]+ )?(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL)[ -]{1,5}(?!\d{4}-\d\d-\d\d)\S/u;
/** The time and the program's name, which its file of the log has before the picture. */
const BEFORE_PICTURE = /^\s*\[?\d[\d:., -]{6,28}\]?\s+(?:- [\w-]+ - )?(?=\p{Extended_Pictographic})/u;
/** With the picture that it draws before each line of its log. */
const PICTURED = /^\s*\p{Extended_Pictographic}/u;
/** OpenHands' heading of the same, and the words below it that are its own end. */
const TIMED = /^\d\d:\d\d:\d\d - (?:ACTION|OBSERVATION)$/;
const OWN_END = /\b(?:AgentStateChanged|Error)Observation\(/;
const OWN_ACT = 3;
/** How many lines a block is followed up. */
const WITHIN = 400;

/** How a client begins the lines of its log. */
type Form = 'pictured' | 'named' | 'timed';

const wordsOf = askedOnce(({ raw }: LineShape): string =>
  normaliseText(raw.length > LINE_MAX ? raw.slice(0, LINE_MAX) : raw).replace(BEFORE_PICTURE, ''),
);

const headOf = askedOnce((shape: LineShape): Form | undefined => {
  const words = wordsOf(shape);
  if (TIMED.test(words)) return 'timed';
  if (!HEADED.test(words)) return undefined;
  return PICTURED.test(words) ? 'pictured' : 'named';
});

const logOf = askedOnce((shape: LineShape): Form | undefined => {
  const words = wordsOf(shape);
  if (/^\d\d:\d\d:\d\d - /.test(words) || OWN_END.test(words)) return 'timed';
  if (!LOGGED.test(words)) return undefined;
  return PICTURED.test(words) ? 'pictured' : 'named';
});

/**
 * Whether a client has headed what stands at a line as its model's thought, as what it does or as what came of that: no
 * line of the client's log stands in between, so that blank lines and levels in the block prove nothing. Pure.
 */
export function isHeld(shapes: readonly LineShape[], at: number): boolean {
  // What it does itself on its way out it heads like its model's.
  if (shapes.slice(at + 1, at + 1 + OWN_ACT).some(({ body }) => /^exit_\w+$/.test(body))) return false;
  const logged = new Set<Form | undefined>();
  for (let above = at; above >= 0 && above >= at - WITHIN; above -= 1) {
    const shape = shapes[above] as LineShape;
    const head = headOf(shape);
    if (head) return above < at && !logged.has(head);
    logged.add(logOf(shape));
  }
  return false;
}

/** Whether a line is of the client's log, and ends such a block: whatever a tool has printed above, the client speaks. */
export function endsHeld(shapes: readonly LineShape[], at: number): boolean {
  const form = logOf(shapes[at] as LineShape);
  const head = shapes.slice(Math.max(0, at - WITHIN), at).findLast((line) => headOf(line) !== undefined);
  return form !== undefined && head !== undefined && form === headOf(head);
}
