import type { Occurrence } from '../../classify/occurrence.ts';
import type { ReadingProblem } from '../../classify/reading-notice.ts';
import type { Run } from '../../contracts/run.ts';
import { isObject, stringAt } from '../../decode/json.ts';
import { beginsSession } from '../../decode/runtimes/message-envelope.ts';
import type { LogHistory } from '../ports/ports.ts';

/** How far the beginning of another session is looked for, in lines of the run. */
const WITHIN = 20_000;

export const OTHER_SESSION: ReadingProblem = {
  what: 'other_session',
  message:
    "Some of the run's output holds events of a session that it never began, so they are left out: a tool, a hook or a model may have printed them.",
};

/**
 * Whether an event is of a session that the run's own runtime has not begun: a recorded event that a tool or a hook prints,
 * or a forged one. Claude Code, Qwen Code and Cursor's agent announce their session first, and name it in each event; a
 * wrapper may start its agent again. Where no session was announced, or the run has printed too much, nothing is known.
 *
 * @throws whatever reading the run's output throws
 */
export async function isOfOtherSession(
  run: Run,
  { event, line }: Pick<Occurrence, 'event' | 'line'>,
  history: Pick<LogHistory, 'opening' | 'linesAfter'>,
): Promise<boolean> {
  const session = event.typed ? stringAt(event.fields, 'session_id') : undefined;
  if (session === undefined || announces(event.fields)) return false;
  const { lines } = await history.opening(run, line.stream);
  const announced = lines.flatMap((text) => announcedIn(text) ?? []);
  if (announced.length === 0 || announced.includes(session)) return false;
  const all = await history.linesAfter(run, { seq: 0, row: 0 }, WITHIN);
  const isWhole = all.length < WITHIN && !all.some(({ letGo }) => letGo);
  return isWhole && !all.some(({ text }) => text.includes(session) && announcedIn(text) === session);
}

/** The session that a line announces, if it announces one. */
function announcedIn(text: string): string | undefined {
  if (!text.includes('"session_id"')) return undefined;
  try {
    const fields: unknown = JSON.parse(text);
    return isObject(fields) && announces(fields) ? stringAt(fields, 'session_id') : undefined;
  } catch {
    return undefined;
  }
}

/** A hook that runs at the start speaks before the first event. */
function announces(fields: Readonly<Record<string, unknown>>): boolean {
  return beginsSession(fields) || (fields.type === 'system' && fields.subtype === 'hook_started');
}
