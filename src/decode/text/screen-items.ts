import { retryInText } from '../failure/retry-wording.ts';
import { isHeader } from './client-headers.ts';
import { announces, kindOf } from './line-kind.ts';
import type { LineShape } from './line-shape.ts';
import { isPersonal } from './prose.ts';
import {
  CLIENT_COMMAND,
  COMMAND_LINE,
  EDIT,
  FRAMED,
  HANGING,
  ITEM_MARK,
  PROMPT_MARK,
  SPINNER,
} from './screen-marks.ts';

/** Whether a line stands at the left edge of a screen, and is no item of it. */
export function isAtMargin({ raw, indent, glyph }: LineShape): boolean {
  return indent < 2 && glyph !== 'item' && !/^\s{2}/.test(raw);
}

/** Whether a client's own mark of a failure stands where a screen would have indented what a tool printed. */
export function isBeside(shapes: readonly LineShape[], at: number): boolean {
  const { glyph, indent } = shapes[at] as LineShape;
  if (glyph !== 'fail' || indent > 1) return false;
  const above = shapes.slice(0, at).findLast((line) => line.body !== '' && line.glyph !== 'fail');
  return (
    above !== undefined &&
    (HANGING.test(above.text) ||
      ITEM_MARK.test(above.text) ||
      (/^\s*❯ /.test(above.text) && !COMMAND_LINE.test(above.body)))
  );
}

/** Whether a full screen draws its mark before a line, the model's or the user's, or the line carries on one above. */
export function isItem({ raw, text, indent }: LineShape): boolean {
  return /^\s?[●⏺•✦] /u.test(text) || PROMPT_MARK.test(text) || FRAMED.test(raw) || indent >= 2;
}

/** Whether a line hangs below a prompt of the client's user, or below the client's own retries, and not below a tool. */
export function isAnswerToPrompt(shapes: readonly LineShape[], at: number): boolean {
  const shape = shapes[at] as LineShape;
  if (!HANGING.test(shape.text)) return false;
  const above = shapes.slice(0, at);
  const owner = above.findLastIndex(({ text, body, indent }) => body !== '' && indent < 2 && !HANGING.test(text));
  if (owner === -1) return above.some(({ body }) => retryInText(body) !== undefined);
  // One answer hangs below a tool: a second is the client's. No tool that edits files says what an API does.
  return (
    EDIT.test((above[owner] as LineShape).text) ||
    isSaid(above[owner] as LineShape) ||
    PROMPT_MARK.test((above[owner] as LineShape).text) ||
    above.slice(owner).some(({ text, indent }) => HANGING.test(text) && indent === shape.indent)
  );
}

/** Whether a line is an item of a full screen in which the model speaks: `● Now the tests.` */
function isSaid(line: LineShape): boolean {
  if (SPINNER.test(line.text)) return true;
  const kind = kindOf(line);
  return ITEM_MARK.test(line.text) && (kind === 'prose' || (kind === 'other' && /[.!]$/.test(line.body)));
}

/** Whether a line is the prompt that a full screen repeats first: `> hello`. */
export function isPromptEcho(shapes: readonly LineShape[], at: number): boolean {
  const line = shapes[at] as LineShape;
  const { text, body } = line;
  if (CLIENT_COMMAND.test(text)) return true;
  // Some clients put the mark before their model's answers.
  if (!PROMPT_MARK.test(text) || isPersonal(body) || announces(line)) return false;
  return shapes
    .slice(0, at)
    .every(
      (before) =>
        before.body === '' || isHeader(before) || kindOf(before) === 'statement' || /^\s*❯ (?!\S+:)/.test(before.text),
    );
}
