import type { Run, StreamName } from '../contracts/run.ts';
import { redactText } from '../decode/redact.ts';
import { writtenOut } from '../decode/written-out.ts';
import type { AbortOrder, LinkLosses } from './tap-link.ts';

/** What the tap says on standard error when it carries an abort command out. One line. */
export function abortNotice(order: AbortOrder): string {
  return `knell: ending this run: ${oneLine(order.message)} (abort command ${oneLine(order.command_id)})`;
}

/** What the tap says when a command for an earlier process with the same run id is there. One line. */
export function usedBeforeNotice({ agent, execution, attempt }: Run, how: 'ended' | 'used'): string {
  const before = how === 'ended' ? 'was ended by knell before' : 'was used before';
  return `knell tap: the run ${agent}.${execution}.${attempt} ${before}, so its id can't be judged again: this process goes on without protection. Give the next try --attempt ${attempt + 1}`;
}

/** What the tap says when nothing has reached knell some seconds after the start. One line. */
export function unreachedNotice(problem: string | undefined, obey: boolean): string {
  const risk = obey ? ' without protection' : '';
  return `knell tap: nothing has reached knell yet (${oneLine(problem ?? 'no answer')}): the agent goes on${risk}; its output waits here until knell takes it`;
}

/** What the tap says when the agent has ended and knell does not take its output at once. One line. */
export function waitingNotice(seconds: number): string {
  return `knell tap: the agent has ended; for up to ${Math.ceil(seconds)} s more its output waits for knell to take it (Ctrl-C leaves it)`;
}

/** What the tap says about processes that outlived SIGKILL. One line. */
export function survivorsNotice(pids: readonly number[]): string {
  return `knell: these processes of the run could not be ended: ${pids.join(', ')}. The command stays unanswered`;
}

/**
 * What the tap says at the end when output was lost for knell, in one line; `undefined` when none was.
 *
 * @param leftOutBytes left out of lines that were too long to keep
 * @param isPassedOn whether the tap's own standard output and error took it all
 */
export function lossNotice(losses: LinkLosses, leftOutBytes: number, isPassedOn = true): string | undefined {
  const parts: string[] = [];
  if (losses.droppedLines > 0) parts.push(`${amount(losses.droppedLines, losses.droppedBytes)} dropped`);
  if (losses.unsentLines > 0) parts.push(`${amount(losses.unsentLines, losses.unsentBytes)} unsent at the end`);
  if (losses.unsentMessages > 0)
    parts.push(`${count(losses.unsentMessages, 'run event or ack', 'run events or acks')} unsent`);
  if (leftOutBytes > 0) parts.push(`${count(leftOutBytes, 'byte', 'bytes')} of overlong lines left out`);
  if (parts.length === 0) return undefined;
  const reason = losses.problem === undefined ? '' : `. The last problem was: ${oneLine(losses.problem)}`;
  const passedOn = isPassedOn ? "the agent's output was passed on in full, but not" : "of the agent's output, not";
  return `knell tap: ${passedOn} all of it reached knell: ${parts.join(', ')}${reason}`;
}

/** What the tap says when its own output can't be written any more, in one line; `undefined` where its reader has just left. */
export function brokenNotice(stream: StreamName, error: NodeJS.ErrnoException): string | undefined {
  if (error.code === 'EPIPE') return undefined;
  return `knell tap: ${stream} can't be written (${oneLine(error.message)}): from here on the agent's ${stream} is not shown any more; the agent goes on, and knell gets it all`;
}

/** What the tap says at the start of an agent that would open a screen: it gets pipes here. One line. */
export function screenNotice(usage: string): string {
  return `knell tap: the agent gets pipes here and no terminal, so it can't open its screen: it refuses, or works as if it was asked to print. Give it its work on the command line (${usage}), or a terminal with --pty`;
}

function amount(lines: number, bytes: number): string {
  return `${count(lines, 'line', 'lines')} (${count(bytes, 'byte', 'bytes')})`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** A text as it may stand in a line on standard error: it may come from anywhere, and must not add lines or steer the terminal. */
export function oneLine(text: string): string {
  // Redacted first: where a control sequence stands inside a secret, its rest would hide it.
  return writtenOut(redactText(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' '))
    .trim()
    .slice(0, 1_000);
}
