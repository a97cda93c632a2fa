import type { Occurrence } from '../../classify/occurrence.ts';
import type { ReadingProblem } from '../../classify/reading-notice.ts';
import { isBefore } from '../../contracts/position.ts';
import { type Run, runKey, type StreamName } from '../../contracts/run.ts';
import type { Position } from '../../contracts/run-state.ts';
import { isObject, type JsonObject, stringAt } from '../../decode/json.ts';
import { beginsSession } from '../../decode/runtimes/message-envelope.ts';
import type { LogHistory } from '../ports/ports.ts';

/** How many lines of a run are looked through at once for the beginning of another session. */
const WITHIN = 20_000;
/** A run that begins more sessions than this is not looked after any more. */
const MOST_SESSIONS = 256;
/** Of so many runs it is remembered what was found out, only to save looking again. */
const REMEMBERED = 10_000;

export const OTHER_SESSION: ReadingProblem = {
  what: 'other_session',
  message:
    "Some of the run's output holds events of a session that it never began, or of none where its own name one, so they are left out: a tool, a hook or a model may have printed them.",
};

/** What is known of the sessions of one run. */
interface Sessions {
  /** Those that it has begun. */
  readonly begun: Set<string>;
  /** Up to where it was looked for others. */
  searched: Position;
  /** Whether its output begins with a session; undefined while that was not asked. */
  opensWithOne?: boolean;
  /** Whether its events name their session; undefined while none stands behind the announcement. */
  isNamedInEach?: boolean | undefined;
  /** Of opencode: the first that its standard output names. */
  firstNamed?: string | undefined;
  /** Too much of its output is gone, or stands there, to know all that it has begun. */
  isUnknown: boolean;
}

/** Whether an event is of a session that its run never began. @throws whatever reading the run's output throws */
export type IsOfOtherSession = (run: Run, one: Pick<Occurrence, 'event' | 'line' | 'position'>) => Promise<boolean>;

/**
 * Tells events of a session that the run's own runtime has not begun: a recorded event that a tool or a hook prints, or a
 * forged one. Claude Code, Qwen Code and Cursor's agent announce their session first, and name it in each event (none of the real
 * runs in `test/corpus` has one without); a wrapper may start its agent again. An event that names none is another's where the
 * first behind the announcement names its own. opencode announces none: there the first that is named is the run's own, and another is a
 * subagent's, or of a server's other client. Where no session was announced, or the run has printed too much, nothing is known. Each line
 * of a run is looked at once, and none where all events are of the session that was announced.
 */
export function createSessionCheck(history: Pick<LogHistory, 'opening' | 'linesAfter'>): IsOfOtherSession {
  const runs = new Map<string, Sessions>();

  function sessionsOf(run: Run): Sessions {
    const key = runKey(run);
    const sessions = runs.get(key) ?? { begun: new Set(), searched: { seq: 0, row: 0 }, isUnknown: false };
    if (runs.size >= REMEMBERED && !runs.has(key)) runs.delete(runs.keys().next().value as string);
    runs.set(key, sessions);
    return sessions;
  }

  async function look(run: Run, sessions: Sessions): Promise<void> {
    const lines = await history.linesAfter(run, sessions.searched, WITHIN);
    for (const session of lines.flatMap(({ text }) => announcedIn(text) ?? [])) sessions.begun.add(session);
    sessions.searched = lines.at(-1)?.position ?? sessions.searched;
    if (lines.length >= WITHIN || lines.some(({ letGo }) => letGo) || sessions.begun.size > MOST_SESSIONS)
      sessions.isUnknown = true;
  }

  /** Learns from the first lines of a stream what can be known of the run's sessions by now. */
  async function lookAtOpening(run: Run, stream: StreamName, sessions: Sessions): Promise<void> {
    const { lines } = await history.opening(run, stream);
    const announced = lines.flatMap((text) => announcedIn(text) ?? []);
    for (const one of announced) sessions.begun.add(one);
    sessions.opensWithOne = announced.length > 0;
    const behind = lines.slice(lines.findIndex((text) => announcedIn(text)) + 1);
    const first = behind.map(eventIn).find((fields) => fields !== undefined && !announces(fields));
    sessions.isNamedInEach = first && typeof first.session_id === 'string';
  }

  async function firstNamedBy(run: Run, stream: StreamName): Promise<string | undefined> {
    const sessions = sessionsOf(run);
    if (sessions.firstNamed !== undefined) return sessions.firstNamed;
    const { lines } = await history.opening(run, stream);
    for (const text of lines) sessions.firstNamed ??= text.includes('"sessionID"') ? namedIn(eventIn(text)) : undefined;
    return sessions.firstNamed;
  }

  return async (run, { event, line, position }) => {
    if (!event.typed) return false;
    const named = namedIn(event.fields);
    if (named !== undefined) return ((await firstNamedBy(run, line.stream)) ?? named) !== named;
    const session = stringAt(event.fields, 'session_id');
    const sessions = sessionsOf(run);
    if (sessions.opensWithOne === false) return false;
    if (session === undefined) {
      if (sessions.isNamedInEach === undefined) await lookAtOpening(run, line.stream, sessions);
      return sessions.opensWithOne === true && sessions.isNamedInEach === true;
    }
    if (announces(event.fields)) sessions.begun.add(session);
    if (sessions.isUnknown || sessions.begun.has(session)) return false;
    if (sessions.opensWithOne === undefined) {
      await lookAtOpening(run, line.stream, sessions);
      if (!sessions.opensWithOne || sessions.begun.has(session)) return false;
    }
    if (isBefore(sessions.searched, position)) await look(run, sessions);
    return !sessions.isUnknown && !sessions.begun.has(session);
  };
}

/** The session that a line announces, if it announces one. */
function announcedIn(text: string): string | undefined {
  const fields = text.includes('"session_id"') ? eventIn(text) : undefined;
  return fields && announces(fields) ? stringAt(fields, 'session_id') : undefined;
}

/** The session that an event of opencode's names: on standard output itself, or on its server's bus. */
function namedIn(fields: JsonObject | undefined): string | undefined {
  const named = stringAt(fields, 'sessionID') ?? stringAt(fields, 'properties', 'sessionID');
  return named?.startsWith('ses_') ? named : undefined;
}

function eventIn(text: string): JsonObject | undefined {
  try {
    const fields: unknown = JSON.parse(text);
    return isObject(fields) && typeof fields.type === 'string' ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** A hook that runs at the start speaks before the first event. */
function announces(fields: Readonly<Record<string, unknown>>): boolean {
  return beginsSession(fields) || (fields.type === 'system' && fields.subtype === 'hook_started');
}
