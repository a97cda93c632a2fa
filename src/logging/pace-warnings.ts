import type { Logger } from './logger.ts';

/** How long after it was told first a warning is told again, doubled each time up to the longest, in milliseconds. */
const TELL_AGAIN_MS = 1_000;
const TELL_AT_MOST_MS = 60_000;
/** Past so many reasons of one warning no further one counts as new: they may hold what differs each time. */
const MOST_REASONS = 20;

/** Why something is warned of, besides what it is about. */
export interface Warning {
  readonly reason?: string;
  readonly err?: unknown;
  readonly [field: string]: unknown;
}

/** What was told of one warning. */
interface Told {
  readonly reasons: Set<string>;
  stepMs: number;
  nextMs: number;
  lastMs: number;
  /** How often it came since it was told last. */
  untold: number;
}

/**
 * Warns of what is tried again and again: at once where the message or its reason (`reason`, or the code or message of `err`) is new,
 * and then ever more seldom, up to once a minute, with how often it came since (`times`). What has not come for a minute is new again.
 *
 * @param nowMs milliseconds from some moment on
 */
export function paceWarnings(
  log: Pick<Logger, 'warn'>,
  nowMs = () => performance.now(),
): (about: Warning, message: string) => void {
  const known = new Map<string, Told>();
  return (about, message) => {
    const now = nowMs();
    const before = known.get(message);
    const isNew = !before || now - before.lastMs > TELL_AT_MOST_MS;
    const told: Told = isNew
      ? { reasons: new Set(), stepMs: TELL_AGAIN_MS, nextMs: now, lastMs: now, untold: before?.untold ?? 0 }
      : before;
    known.set(message, told);
    told.lastMs = now;
    told.untold += 1;
    const reason = reasonOf(about);
    const isKnown = told.reasons.has(reason) || told.reasons.size >= MOST_REASONS;
    if (isKnown && now < told.nextMs) return;
    if (!isKnown) told.reasons.add(reason);
    told.nextMs = now + told.stepMs;
    told.stepMs = Math.min(2 * told.stepMs, TELL_AT_MOST_MS);
    log.warn(told.untold > 1 ? { ...about, times: told.untold } : about, message);
    told.untold = 0;
  };
}

/** JetStream's own words on an error tell more than its code: 503 is all that is not there, and 500 all that went wrong inside. */
function reasonOf({ reason, err, stream, durable }: Warning): string {
  const { code, message, api_error } = (err ?? {}) as { code?: unknown; message?: unknown; api_error?: ApiProblem };
  const why = reason ?? api_error?.description ?? code ?? message ?? err;
  return [why, stream, durable].filter((part) => part !== undefined).join(' ');
}

interface ApiProblem {
  readonly description?: string;
}
