import type { Category } from '../../contracts/categories.ts';
import type { Evidence } from '../../contracts/evidence.ts';
import type { Breaker, TokenState } from '../../contracts/subscription.ts';
import { formatTime } from '../../contracts/time.ts';
import type { Held } from './breaker-timing.ts';
import { CLOSED } from './new-record.ts';

/** How long a trial run has to succeed before another may try, in milliseconds. Failures show within four minutes. */
export const TRIAL_MS = 300_000;

/** Resets that differ by less are the same reset told twice, in milliseconds. */
const SAME_RESET_MS = 60_000;

/** A success is noted once in this time while nothing is wrong, in milliseconds: it changes no answer. */
const VOUCH_INTERVAL_MS = 60_000;

const MAX_EVIDENCE = 3;

/** What is held against a token. */
export interface Detection {
  readonly category: Category;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** When it was observed, epoch milliseconds. */
  readonly observedMs: number;
  readonly held: Held;
  /** Who saw it, e.g. `run a1.e7.1` or `probe`. */
  readonly by: string;
}

const ms = (time: string | null): number | null => (time === null ? null : Date.parse(time));

/** What a breaker is at a moment: one whose time has come is half open although nobody has written so. */
export function breakerAt(breaker: Breaker, nowMs: number): Breaker['state'] {
  if (breaker.state === 'closed') return 'closed';
  const untilMs = ms(breaker.until);
  return untilMs !== null && nowMs >= untilMs ? 'half_open' : 'open';
}

/** Whether somebody is trying right now whether a half-open breaker can close. */
export function trialAt(breaker: Breaker, nowMs: number): Breaker['trial'] {
  return breaker.trial && Date.parse(breaker.trial.until) > nowMs ? breaker.trial : null;
}

/** Takes in evidence against a token. The same token comes back where it changes nothing. */
export function accuse(token: TokenState, detection: Detection, nowMs: number): TokenState {
  const { category, observedMs } = detection;
  const { untilMs, source } = detection.held;
  const isOutOfDate = token.vouched_at !== null && observedMs <= Date.parse(token.vouched_at);
  const isOver = untilMs !== null && untilMs <= nowMs;
  if (isOutOfDate || isOver || !adds(token.breaker, detection, nowMs)) return token;
  return {
    ...token,
    health: { state: 'failing', at: formatTime(observedMs), by: detection.by },
    breaker: {
      state: 'open',
      since: formatTime(observedMs),
      until: untilMs === null ? null : formatTime(untilMs),
      until_source: source,
      reason: detection.reason,
      category,
      fingerprint: token.fingerprint,
      evidence: detection.evidence.slice(0, MAX_EVIDENCE),
      trial: null,
    },
  };
}

/** Whether evidence says more than what a breaker is open for already. */
function adds(breaker: Breaker, { category, observedMs, held: { untilMs } }: Detection, nowMs: number): boolean {
  const state = breakerAt(breaker, nowMs);
  if (state === 'closed') return true;
  if (breaker.since !== null && observedMs <= Date.parse(breaker.since)) return false;
  if (state === 'half_open') return true;
  // A dead token gets other refusals too: the usage endpoint answers 429 to an expired one.
  const [wasAuth, isAuth] = [isAboutToken(breaker.category), isAboutToken(category)];
  if (wasAuth !== isAuth) return isAuth;
  const knownMs = ms(breaker.until);
  if (knownMs === null || untilMs === null) return knownMs !== null;
  return untilMs > knownMs + SAME_RESET_MS;
}

function isAboutToken(category: Category | null): boolean {
  return category?.startsWith('auth.') === true;
}

export interface Vouching {
  /** When it was started what succeeded, epoch milliseconds; undefined: unknown. */
  readonly startedMs: number | undefined;
  /** When it succeeded, epoch milliseconds. */
  readonly atMs: number;
  readonly by: string;
  /** The run that succeeded, where it was one. */
  readonly run?: string;
}

/**
 * Takes in a success with a token. It closes the breaker if what succeeded was begun after the breaker opened: a run
 * that began before may have had its last answer before the token died.
 */
export function recordSuccess(token: TokenState, { startedMs, atMs, by, run }: Vouching, nowMs: number): TokenState {
  const { breaker } = token;
  const sinceMs = ms(breaker.since) ?? Number.NEGATIVE_INFINITY;
  const state = breakerAt(breaker, nowMs);
  const isTrial = run !== undefined && breaker.trial?.run === run;
  const closes = isTrial || (startedMs === undefined ? state === 'half_open' && atMs > sinceMs : startedMs > sinceMs);
  if (state !== 'closed' && !closes) return token;
  const vouchedMs = Math.max(
    state === 'closed' ? Number.NEGATIVE_INFINITY : sinceMs,
    startedMs ?? Number.NEGATIVE_INFINITY,
    ms(token.vouched_at) ?? Number.NEGATIVE_INFINITY,
  );
  const isOldNews = token.health.state === 'healthy' && atMs - (ms(token.health.at) ?? 0) < VOUCH_INTERVAL_MS;
  const isOlderThanFailure = state === 'closed' && token.health.at !== null && atMs < Date.parse(token.health.at);
  if (state === 'closed' && (isOldNews || isOlderThanFailure)) return token;
  return {
    ...token,
    health: { state: 'healthy', at: formatTime(atMs), by },
    breaker: CLOSED,
    vouched_at: Number.isFinite(vouchedMs) ? formatTime(vouchedMs) : null,
  };
}

/** Lets one agent try; undefined when the breaker is not half open, or somebody is trying already. */
export function grantTrial(token: TokenState, agent: string, nowMs: number): TokenState | undefined {
  if (breakerAt(token.breaker, nowMs) !== 'half_open' || trialAt(token.breaker, nowMs)) return undefined;
  const trial = { agent, run: null, until: formatTime(nowMs + TRIAL_MS) };
  return { ...token, breaker: { ...token.breaker, state: 'half_open', trial } };
}

/** Notes which run the trial is, once it starts. */
export function bindTrial(token: TokenState, agent: string, run: string, nowMs: number): TokenState {
  const trial = trialAt(token.breaker, nowMs);
  if (trial?.agent !== agent || trial.run !== null) return token;
  return { ...token, breaker: { ...token.breaker, trial: { ...trial, run, until: formatTime(nowMs + TRIAL_MS) } } };
}

/** The trial run is over and has proved nothing: somebody else may try. */
export function endTrial(token: TokenState, run: string): TokenState {
  if (token.breaker.trial?.run !== run) return token;
  return { ...token, breaker: { ...token.breaker, trial: null } };
}

/** An operator's word that nothing is wrong any more: what was observed so far no longer counts. */
export function clear(token: TokenState, by: string, nowMs: number): TokenState {
  const at = formatTime(nowMs);
  return { ...token, health: { state: 'unknown', at, by }, breaker: CLOSED, vouched_at: at };
}
