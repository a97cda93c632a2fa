import type { LineShape } from './line-shape.ts';
import { FENCE, isAboutMessages, isLocated, isSentence, isSideChannel, isTestOutput, isWritten } from './prose.ts';
import { type StatementLine, statementIn } from './statement-line.ts';
import { isToolLine, opensToolBlock } from './tool-blocks.ts';

/** The weakest reason: prose stands before it, so it may be a quotation. The exit, or an idle process tree, can tell. */
export const AFTER_PROSE = 'after prose';

/** How many lines before a statement are looked at for who speaks. */
const LOOK_BACK = 400;

/** What opens a trace: the failure it is about stands below. */
const TRACE_HEAD =
  /^(?:Traceback|thread '.*' panicked|During handling|The above exception|Uncaught|Unhandled|Error|node:|file:\/\/|Caused by|goroutine)\b/;

/**
 * Why a statement on a channel that others can write to is a quotation or a tool's; undefined where nothing says so.
 * What was printed before it on the channel decides: an open fence, a sentence, the heading of a tool. Pure.
 */
export function quotationOf(shapes: readonly LineShape[], at: number, line: StatementLine): string | undefined {
  const shape = shapes[at] as LineShape;
  const soft = line.grade === 'banner' || line.grade === 'weak';
  if (isLocated(shape)) return 'a line of a file';
  if (isTestOutput(shape)) return 'the output of a test';
  if (isToolLine(shape)) return "a tool's output";
  if (isSideChannel(shape.body)) return 'a side channel';
  if (soft && isWritten({ ...shape, text: shape.text.trim() })) return 'prose or code';
  if (isAboutMessages(shape.body, soft)) return 'about messages';
  let fences = 0;
  let prose = false;
  let introduced = false;
  let tool = false;
  let http = false;
  for (const before of shapes.slice(Math.max(0, at - LOOK_BACK), at)) {
    if (FENCE.test(before.text)) {
      fences += 1;
      continue;
    }
    if (before.body === '') {
      // The body of an HTTP response stands behind a blank line.
      tool = tool && http;
      continue;
    }
    if (opensToolBlock(before)) {
      tool = true;
      http = /^<? ?HTTP\/[\d.]+ \d{3}/.test(before.body);
      introduced = false;
      continue;
    }
    if (tool) continue;
    if (TRACE_HEAD.test(before.body) || statementIn(before)) continue;
    if (before.glyph === 'warn' || /^={3,}|^-{3,}/.test(before.body)) continue;
    // What is indented carries a line on: a stack, a detail.
    if (before.indent >= 2 && !/^(?:I|We|Let)\b/.test(before.body)) continue;
    const sentence = isSentence(before) || isWritten(before);
    prose ||= sentence;
    introduced =
      /[:：]$/.test(before.body) &&
      !before.stamped &&
      !TRACE_HEAD.test(before.body) &&
      /[a-z] [a-z]/i.test(before.body);
  }
  if (fences % 2 === 1) return 'inside a code fence';
  if (tool) return "a tool's output";
  if (introduced) return 'announced by a colon';
  if (prose) return AFTER_PROSE;
  return undefined;
}
