import { isSharperCategory } from '../../classify/sharper-causes.ts';
import type { Category } from '../../contracts/categories.ts';
import type { Evidence } from '../../contracts/evidence.ts';
import type { Breaker, TokenState } from '../../contracts/subscription.ts';
import { formatTime } from '../../contracts/time.ts';
import { type Held, trialDelayMs } from './breaker-timing.ts';
import { CLOSED } from './new-record.ts';

/** How long a trial run has to succeed before another may try, in milliseconds. Failures show within four minutes. */
export const TRIAL_MS = 300_000;

/** Resets that differ by less are one reset, reported twice; in milliseconds. */
const SAME_RESET_MS = 60_000;

/** How often a success is written while nothing is wrong, in milliseconds: it changes no answer. */
const SUCCESS_INTERVAL_MS = 60_000;

const MAX_EVIDENCE = 3;
const MAX_WITNESSES = 3;

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
  /** The agent that saw it, or `probe`. Two runs of one agent are one witness. */
  readonly witness: string;
  /** When a success was last heard of with the token, written or not, epoch milliseconds; left out where none was. */
  readonly succeededMs?: number | undefined;
}

const ms = (time: string | null): number | null => (time === null ? null : Date.parse(time));

/** The state of a breaker at a moment: one whose time has come is half open, although its record still says open. */
export function breakerAt(breaker: Breaker, nowMs: number): Breaker['state'] {
  if (breaker.state === 'closed') return 'closed';
  const tryAtMs = ms(mayTryAt(breaker));
  return tryAtMs !== null && nowMs >= tryAtMs ? 'half_open' : 'open';
}

/** When an open breaker lets a run through, RFC 3339; null where only another token does. */
export function mayTryAt({ until, trial_at }: Breaker): string | null {
  if (until === null || trial_at === null) return until ?? trial_at;
  return Date.parse(until) < Date.parse(trial_at) ? until : trial_at;
}

/** Whether a run is trying right now whether a half-open breaker can close. */
export function trialAt(breaker: Breaker, nowMs: number): Breaker['trial'] {
  return breaker.trial && Date.parse(breaker.trial.until) > nowMs ? breaker.trial : null;
}

/** Applies evidence against a token. Returns the same token where it changes nothing. */
export function recordRefusal(token: TokenState, detection: Detection, nowMs: number): TokenState {
  const { category, observedMs } = detection;
  const { untilMs, source } = detection.held;
  const isOutOfDate = observedMs <= Math.max(ms(token.vouched_at) ?? 0, detection.succeededMs ?? 0);
  if (isOutOfDate || (untilMs !== null && untilMs <= nowMs)) return token;
  const { breaker } = token;
  const wasOpen = breaker.state !== 'closed';
  const witnesses = [...new Set([...(wasOpen ? breaker.witnesses : []), detection.witness])].slice(0, MAX_WITNESSES);
  if (!adds(breaker, detection, nowMs)) return agree(refusedAgain(token, detection), detection, witnesses, nowMs);
  const tries = wasOpen && breakerAt(breaker, nowMs) === 'half_open' ? breaker.tries + 1 : wasOpen ? breaker.tries : 0;
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
      trial_at: formatTime(nowMs + trialDelayMs(witnesses, tries)),
      tries,
      witnesses,
    },
  };
}

/**
 * The same with the time of a dead token's newest refusal: a success that is older does not close the breaker, whenever it is read. A
 * limit ends by itself.
 */
function refusedAgain(token: TokenState, { category, observedMs, by }: Detection): TokenState {
  const isDead = isAboutToken(token.breaker.category) && isAboutToken(category);
  if (!isDead || observedMs <= lastRefusedMs(token)) return token;
  return { ...token, health: { state: 'failing', at: formatTime(observedMs), by } };
}

/** When an open breaker's token was last refused, as far as is known, epoch milliseconds. */
function lastRefusedMs({ breaker, health }: TokenState): number {
  const failedMs = health.state === 'failing' ? ms(health.at) : null;
  return Math.max(ms(breaker.since) ?? Number.NEGATIVE_INFINITY, failedMs ?? Number.NEGATIVE_INFINITY);
}

/**
 * Applies evidence that puts the end of the refusal no further off: the same run may have named the cause more exactly,
 * and a second witness proves that the token is the cause.
 */
function agree(token: TokenState, detection: Detection, witnesses: readonly string[], nowMs: number): TokenState {
  const { breaker } = token;
  const { category, reason, evidence } = detection;
  const sharper = breaker.category !== null && isSharperCategory(breaker.category, category);
  const isNewWitness = witnesses.length > breaker.witnesses.length && isSameFamily(breaker.category, category);
  if (!sharper && !isNewWitness) return token;
  return {
    ...token,
    breaker: {
      ...breaker,
      ...(sharper ? { category, reason, evidence: evidence.slice(0, MAX_EVIDENCE) } : {}),
      ...(isNewWitness
        ? { witnesses: [...witnesses], trial_at: formatTime(nowMs + trialDelayMs(witnesses, breaker.tries)) }
        : {}),
    },
  };
}

function isSameFamily(known: Category | null, category: Category): boolean {
  return known?.split('.')[0] === category.split('.')[0];
}

/** Whether evidence adds to what a breaker is open for already. */
function adds(breaker: Breaker, { category, observedMs, held: { untilMs } }: Detection, nowMs: number): boolean {
  const state = breakerAt(breaker, nowMs);
  if (state === 'closed') return true;
  if (breaker.since !== null && observedMs <= Date.parse(breaker.since)) return false;
  if (state === 'half_open' && isOver(breaker, nowMs)) return true;
  // A dead token gets other refusals too: the usage endpoint answers 429 to an expired one.
  const [wasAuth, isAuth] = [isAboutToken(breaker.category), isAboutToken(category)];
  if (wasAuth !== isAuth) return isAuth;
  // It was time for a trial, and this is its outcome.
  if (state === 'half_open') return true;
  const knownMs = ms(breaker.until);
  if (knownMs === null || untilMs === null) return knownMs !== null;
  return untilMs > knownMs + SAME_RESET_MS;
}

function isOver({ until }: Breaker, nowMs: number): boolean {
  return until !== null && nowMs >= Date.parse(until);
}

function isAboutToken(category: Category | null): boolean {
  return category?.startsWith('auth.') === true;
}

/** A success with a token. */
export interface Success {
  /** When the run or probe that succeeded was started, epoch milliseconds; undefined: unknown. */
  readonly startedMs: number | undefined;
  /** When it succeeded, epoch milliseconds. */
  readonly atMs: number;
  readonly by: string;
  /** The run that succeeded, where it was one. */
  readonly run?: string;
}

/**
 * Applies a success with a token. One that came after the last refusal closes the breaker, also that of a run that was under way
 * then: a refusal never outlives a success. Evidence from before it opens the breaker no more, whenever it is read: the last
 * version of a doomed run's record comes when its host has ended it. If the run that succeeded had its last answer just before
 * the token died, the next run fails and opens the breaker again.
 */
export function recordSuccess(token: TokenState, { startedMs, atMs, by, run }: Success, nowMs: number): TokenState {
  const { breaker } = token;
  const state = breakerAt(breaker, nowMs);
  const refusedMs = lastRefusedMs(token);
  const isTrial = run !== undefined && breaker.trial?.run === run;
  const closes = isTrial || atMs > refusedMs || (startedMs !== undefined && startedMs > refusedMs);
  if (state !== 'closed' && !closes) return token;
  const openedMs = state === 'closed' ? Number.NEGATIVE_INFINITY : refusedMs;
  const vouchedMs = Math.max(openedMs, atMs, ms(token.vouched_at) ?? Number.NEGATIVE_INFINITY);
  const isOldNews = token.health.state === 'healthy' && atMs - (ms(token.health.at) ?? 0) < SUCCESS_INTERVAL_MS;
  const isOlderThanFailure = state === 'closed' && token.health.at !== null && atMs < Date.parse(token.health.at);
  if (state === 'closed' && (isOldNews || isOlderThanFailure)) return token;
  return {
    ...token,
    health: { state: 'healthy', at: formatTime(atMs), by },
    breaker: CLOSED,
    vouched_at: formatTime(vouchedMs),
  };
}

/**
 * How long a granted trial waits for its run, in milliseconds: for the agent that has it, which asks once more when no answer
 * reached it, longer than our client waits for one; for all others, and that agent from then on, as long as a run takes to start.
 */
export const ASK_AGAIN_MS = 1_000;
export const UNSTARTED_MS = 60_000;

/** Who has a trial that was granted without an agent's name. No agent is called so, so none has it again before its time. */
export const UNNAMED = 'an unnamed agent';

/** Whether an agent may have the trial of a half-open breaker: nobody has it, or no run has come of it. */
export function isTrialFree(breaker: Breaker, agent: string | undefined, nowMs: number): boolean {
  const trial = trialAt(breaker, nowMs);
  if (!trial) return true;
  const grantedMs = Date.parse(trial.until) - TRIAL_MS;
  const isLost = trial.agent === agent && agent !== UNNAMED && !trial.again;
  return trial.run === null && nowMs - grantedMs >= (isLost ? ASK_AGAIN_MS : UNSTARTED_MS);
}

/** Lets one agent try; undefined when the breaker is not half open, or a run is trying already. */
export function grantTrial(token: TokenState, agent: string, nowMs: number): TokenState | undefined {
  if (breakerAt(token.breaker, nowMs) !== 'half_open' || !isTrialFree(token.breaker, agent, nowMs)) return undefined;
  const isAgain = trialAt(token.breaker, nowMs)?.agent === agent;
  const trial = { agent, run: null, until: formatTime(nowMs + TRIAL_MS), ...(isAgain && { again: true as const }) };
  return { ...token, breaker: { ...token.breaker, state: 'half_open', trial } };
}

/** Takes a trial back that its agent never heard of, unless its run has started all the same. */
export function takeTrialBack(token: TokenState, agent: string): TokenState {
  const { trial } = token.breaker;
  if (trial?.agent !== agent || trial.run !== null) return token;
  return { ...token, breaker: { ...token.breaker, trial: null } };
}

/** Notes which run the trial is, once it starts: of who named no agent, the first that does. */
export function bindTrial(token: TokenState, agent: string, run: string, nowMs: number): TokenState {
  const trial = trialAt(token.breaker, nowMs);
  if (!trial || trial.run !== null || (trial.agent !== agent && trial.agent !== UNNAMED)) return token;
  return { ...token, breaker: { ...token.breaker, trial: { ...trial, run, until: formatTime(nowMs + TRIAL_MS) } } };
}

/** Ends a trial that proved nothing: another may follow, after a longer wait than this one had. */
export function endTrial(token: TokenState, run: string, nowMs: number): TokenState {
  const { breaker } = token;
  if (breaker.trial?.run !== run) return token;
  const tries = breaker.tries + 1;
  const trialAt = formatTime(nowMs + trialDelayMs(breaker.witnesses, tries));
  return { ...token, breaker: { ...breaker, trial: null, tries, trial_at: trialAt } };
}

/** Applies an operator's statement that the token works again: what was observed so far no longer counts. */
export function clear(token: TokenState, by: string, nowMs: number): TokenState {
  const at = formatTime(nowMs);
  return { ...token, health: { state: 'unknown', at, by }, breaker: CLOSED, vouched_at: at };
}
