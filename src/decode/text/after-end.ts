/** Lines that stand behind an agent's end and say nothing of a run that goes on. */
import type { LineShape } from './line-shape.ts';
import { isNeutral } from './neutral-lines.ts';

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

/** Whether a line is the box in which a full screen waits for input: a rule is drawn above it, and nothing but the screen's foot stands below. */
export function isInputBox(shapes: readonly LineShape[], at: number): boolean {
  return (
    /^\s*[│┃]?\s*[>❯›](?:\s|$)/u.test((shapes[at] as LineShape).raw) &&
    /^\s*[─━═╭┌╔][─━═╮┐╗ ]{9,}/u.test(shapes[at - 1]?.raw ?? '') &&
    shapes.slice(at + 1).every(isNeutral)
  );
}
