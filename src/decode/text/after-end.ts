/** Lines that stand behind an agent's end and say nothing of a run that goes on. */
import { isKeyHint } from './key-hints.ts';
import { isLaunch } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { isNeutral } from './neutral-lines.ts';
import { retries } from './retry-lines.ts';
import { COMMAND_LINE } from './screen-marks.ts';
import { opensPrompt, typedAtPrompt } from './shell-prompt.ts';

/** A request's line in the log of a web server, which is no word of the agent's. */
export function isAccessLog({ body }: LineShape): boolean {
  return /"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+ HTTP\/[\d.]+" \d{3}\b/.test(body);
}

/** What OpenHands prints of its agent's end, heading included. */
const AGENTS_END =
  /\bAgentStateChangedObservation\(.*\bagent_state='?(?:error|stopped|AgentState\.(?:ERROR|STOPPED))\b/;

/** Whether a line is OpenHands' word on its agent's end, or the heading right above it. */
export function isAgentsEnd(shapes: readonly LineShape[], at: number): boolean {
  const { text } = shapes[at] as LineShape;
  if (AGENTS_END.test(text)) return true;
  if (!/^\*{0,2}OBSERVATION\b/.test(text)) return false;
  const below = shapes.slice(at + 1, at + 3).find(({ body }) => body !== '');
  return below !== undefined && AGENTS_END.test(below.text);
}

/** A box that a full screen draws below a failure and that tells of no work: its title. */
const ASIDE =
  /^(?:Debug Console\b|(?:✨ ?)?(?:Gemini CLI )?[Uu]pdate available|Tips for getting started|Keyboard shortcuts)/u;

/** How opencode shows, below its own failure, the file that it could not read, and what is wrong in it. */
const SHOWN_FILE = /^--- JSONC? Input ---$/;
const SHOWN_END = /^--- End ---$/;
/** So many lines of the file are shown at the most. */
const FILE_LINES = 150;

/** The last line of such a box, or of a file that is shown, where one opens at a line; the rest of the screen where a box is cut off. */
export function asideAt(shapes: readonly LineShape[], at: number): number | undefined {
  if (SHOWN_FILE.test((shapes[at] as LineShape).text)) {
    const end = shapes.slice(at, at + FILE_LINES).findIndex(({ text }) => SHOWN_END.test(text));
    return end === -1 ? undefined : at + end;
  }
  if (!/^\s*[╭┌┏╔]/u.test((shapes[at] as LineShape).raw)) return undefined;
  const inside = shapes.slice(at + 1);
  const title = inside.find(({ body }) => body !== '');
  if (!title || !/^\s*[│┃║]/u.test(title.raw) || !ASIDE.test(title.body)) return undefined;
  const end = inside.findIndex(({ raw }) => !/^\s*[│┃║]/u.test(raw));
  return end === -1 ? shapes.length - 1 : at + 1 + end;
}

/** Where a person types: the mark of a full screen before what stands there while it is empty, or what was begun. */
const COMPOSER = /^\s*(?:▌|[›❯]) ?[^\n]{0,80}$/u;

/** Whether a line is where a person types, behind a blank line, and only the foot of the screen stands below. */
export function isComposer(shapes: readonly LineShape[], at: number): boolean {
  return (
    COMPOSER.test((shapes[at] as LineShape).raw) &&
    /^[\s─━═]*$/u.test(shapes[at - 1]?.raw ?? '') &&
    !typedCommand((shapes[at] as LineShape).body) &&
    shapes.slice(at + 1).every((line) => (isNeutral(line) || isKeyHint(line)) && !retries(line))
  );
}

/** How many lines a screen shows between a failure and where a person types. */
const STATUS_LINES = 4;

/** Whether a line is what a full screen shows over where a person types, or the first line of a shell's prompt: a path, a branch, a model. */
export function isStatusLine(shapes: readonly LineShape[], at: number): boolean {
  const shape = shapes[at] as LineShape;
  const next = shapes[at + 1]?.raw ?? '';
  if (
    /^\s*[❯➜λ]\s*$/u.test(next) &&
    opensPrompt(shape.body, next) &&
    shapes.slice(at + 2).every(({ body }) => body === '')
  )
    return true;
  if (!isKeyHint(shape)) return false;
  const composer = shapes
    .slice(at + 1, at + 1 + STATUS_LINES)
    .findIndex((_, below) => isComposer(shapes, at + 1 + below));
  return composer !== -1 && shapes.slice(at + 1, at + 1 + composer).every((line) => isNeutral(line) || isKeyHint(line));
}

/**
 * Whether a line is the prompt of the shell that has started the agent: it is over, and what a person types there, or
 * notes down, is no word of its. Who starts an agent once more goes on.
 */
export function isBackAtShell(shapes: readonly LineShape[], at: number): boolean {
  const typed = promptOf(shapes[at] as LineShape);
  const first = shapes.findIndex(({ body }) => body !== '');
  if (typed === undefined || first >= at || !isLaunch(shapes[first] as LineShape)) return false;
  return promptOf(shapes[first] as LineShape) === typed && !shapes.slice(at).some(isLaunch);
}

/** The prompt of a shell with what was typed behind it taken off. */
function promptOf({ raw }: LineShape): string | undefined {
  const line = raw.trim();
  const typed = typedAtPrompt(line);
  return typed === undefined ? undefined : line.slice(0, line.length - typed.length);
}

/** Whether a command of a shell stands there instead. */
function typedCommand(body: string): boolean {
  return COMMAND_LINE.test(body.replace(/^[❯›▌] ?/u, ''));
}

/** Whether a line is the box in which a full screen waits for input: a rule is drawn above it, and nothing but the screen's foot stands below. */
export function isInputBox(shapes: readonly LineShape[], at: number): boolean {
  return (
    /^\s*[│┃]?\s*[>❯›](?:\s|$)/u.test((shapes[at] as LineShape).raw) &&
    /^\s*[─━═╭┌╔][─━═╮┐╗ ]{9,}/u.test(shapes[at - 1]?.raw ?? '') &&
    shapes.slice(at + 1).every(isNeutral)
  );
}
