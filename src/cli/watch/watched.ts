import { AbortCommand } from '../../contracts/abort-command.ts';
import { FailureRecord } from '../../contracts/failure-record.ts';
import { Notice } from '../../contracts/notice.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import type { FleetEvent } from './render-event.ts';

/** What can be followed, and how each is read. */
export const WATCHED = {
  aborts: AbortCommand,
  failures: FailureRecord,
  notices: Notice,
} as const;
export type Watched = keyof typeof WATCHED;

/** What is wanted of it; all that is given must hold. */
export interface EventFilter {
  readonly agent?: string;
  /** A category, or a family such as `auth`. */
  readonly category?: string;
}

/** The event in a message; undefined where it is none that this knell knows. */
export function readEvent(kind: Watched, data: Uint8Array): FleetEvent | undefined {
  return WATCHED[kind].safeParse(parseJson(data)).data;
}

/** Whether an event is wanted. A notice is about an agent or a category only where it says so. */
export function isWanted(event: FleetEvent, { agent, category }: EventFilter): boolean {
  if (agent !== undefined && event.agent !== agent) return false;
  if (category === undefined) return true;
  const own = event.category;
  return typeof own === 'string' && (own === category || own.startsWith(`${category}.`));
}
