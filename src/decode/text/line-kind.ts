import { askedOnce } from './by-shape.ts';
import { isClientProse, isUnspoken } from './client-headers.ts';
import { introduces } from './introduces.ts';
import { isLaunch } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { FENCE, isPersonal, isSentence, isWritten } from './prose.ts';
import { COMMAND_LINE } from './screen-marks.ts';
import { statementIn } from './statement-line.ts';
import { opensToolBlock } from './tool-blocks.ts';

/** What opens a trace: the failure it is about stands below. */
const TRACE_HEAD =
  /^(?:Traceback|thread '.*'(?: \(\d+\))? panicked|During handling|The above exception|Uncaught|Unhandled|An (?:uncaught|unhandled|unexpected) (?:exception|error)|Error|node:|file:\/\/|Caused by|goroutine|This error originated either by)\b/;
/** The same at the end of a line, behind what a program says of it. */
const TRACE_BELOW =
  /(?:\b(?:uncaughtException|unhandledRejection|uncaught exception|unhandled rejection)|Traceback \(most recent call last\)):$/;
/** Where Node shows the line of a script that threw: `/app/a.js:64`, and the line itself down to a caret. */
const SHOWN_PLACE = /^(?:\[eval\]|node:\S+|file:\/\/\S+|(?:[A-Z]:)?[/\\]\S+):\d+$/;
const CARET = /^\s*\^+\s*$/;
/** The heading of a call whose arguments stand below it, a line each. */
const CALL = /^\s*─── \w+ \|/;

export type LineKind = 'fence' | 'blank' | 'tool' | 'place' | 'statement' | 'detail' | 'prose' | 'other';

export const isCaret = askedOnce(({ text }: LineShape) => CARET.test(text));

/** What a line before a statement says of who speaks. `statement` and `detail` say nothing. */
export const kindOf = askedOnce((line: LineShape): LineKind => {
  if (FENCE.test(line.text)) return 'fence';
  if (line.body === '') return 'blank';
  if (/^[\])},;]+$/.test(line.body)) return 'detail';
  // What a person has asked a full screen is no command.
  if (opensToolBlock(line) && !(/^\s*❯ /.test(line.text) && !COMMAND_LINE.test(line.body))) return 'tool';
  if (SHOWN_PLACE.test(line.body)) return 'place';
  if (isLaunch(line)) return 'other';
  const statement = statementIn(line);
  // A model that tells of a failure in the first person states none.
  const isTold =
    (statement?.grade === 'weak' || statement?.grade === 'log') &&
    isPersonal(line.body) &&
    !/^WARNING: /.test(line.body);
  if (opensTrace(line.body) || (statement && !isTold)) return 'statement';
  if (line.glyph === 'warn' || /^={3,}|^-{3,}/.test(line.body)) return 'detail';
  // What is indented carries a line on: a stack, a detail.
  if (line.indent >= 2 && !/^(?:I|We|Let)\b/.test(line.body)) return 'detail';
  if (line.level !== undefined) return 'other';
  if (isClientProse(line)) return 'detail';
  if (isUnspoken(line)) return 'other';
  return isSentence(line) || isWritten(line) ? 'prose' : 'other';
});

/** Whether a line announces what stands below it, as a sentence before a quotation does. */
export function announces(line: LineShape): boolean {
  return introduces(line, opensTrace(line.body));
}

function opensTrace(body: string): boolean {
  return TRACE_HEAD.test(body) || (body.endsWith(':') && TRACE_BELOW.test(body));
}

/** What a line is, also inside a command line that is still open. */
export function kindIn(
  command: string | undefined,
  above: LineKind,
  line: LineShape,
  previous: LineShape | undefined,
): LineKind {
  if (command === undefined) return kindBelow(above, line, previous);
  return command === '' && line.body === '' ? 'blank' : 'tool';
}

const HERE_DOCUMENT = /<<-?\s*['"]?(\w+)/;

/** The word that ends a here-document, an empty one behind it, or undefined where no command line is open. */
export function commandGoesOn(open: string | undefined, line: LineShape, kind: LineKind): string | undefined {
  if (open === undefined) return kind === 'tool' ? HERE_DOCUMENT.exec(line.text)?.[1] : undefined;
  if (open === '') return kind === 'blank' ? undefined : '';
  return line.body === open ? '' : open;
}

/** What a line is below another kind of line. */
function kindBelow(above: LineKind, line: LineShape, previous: LineShape | undefined): LineKind {
  // A list right below a statement is its detail.
  if (above === 'statement' && /^\s*[-*] /.test(line.text)) return 'statement';
  const kind = kindOf(line);
  // The arguments of a call, which stand below its heading.
  const isArgument = kind === 'other' && above === 'tool' && /^[a-z][\w-]*: \S/.test(line.body);
  return isArgument && previous && CALL.test(previous.text) ? 'tool' : kind;
}
