import { type AbortBudget, createAbortMeter, type Overrun } from '../../classify/abort-budget.ts';
import { noticeId } from '../../classify/ids.ts';
import { createIncidentFinder, type Incident } from '../../classify/incident.ts';
import type { AbortCommand } from '../../contracts/abort-command.ts';
import { type Because, type FleetMode, NO_FLEET_MODE } from '../../contracts/fleet-mode.ts';
import { formatTime } from '../../contracts/time.ts';
import type { AbortFeed, Clock, FleetModeStore, Publisher, RunStore } from '../ports/ports.ts';
import { changeMode } from './change-mode.ts';
import { costMessageOf, messageOf, twoDigits } from './guard-messages.ts';
import { createKnownOutages } from './known-outages.ts';
import { type LookOptions, lookAhead, lookAtOverrun, type Successes } from './look-at-overrun.ts';
import type { DearRule } from './rule-meter.ts';
import { whileLooking } from './while-looking.ts';

export interface FleetGuardOptions {
  readonly feed: AbortFeed;
  readonly modes: FleetModeStore;
  readonly publisher: Publisher;
  /** Where the runs' verdicts stand: a cause may have become sharper since the command. */
  readonly store: Pick<RunStore, 'get'>;
  readonly successes: Successes;
  readonly clock: Clock;
  readonly budget: AbortBudget;
  /** Called when something outside failed; the guard goes on. */
  readonly onError: (error: unknown) => void;
  /** The fleet's mode, at the start and at each change. */
  readonly onMode?: (mode: FleetMode) => void;
  /** This guard has put a rule in quarantine. */
  readonly onQuarantined?: (dear: DearRule) => void;
}

export interface FleetGuard {
  /** The fleet's mode, as far as this worker has heard. */
  mode(): FleetMode;
  /**
   * Whether a command may be given now. False: a budget is used up by what is under way, and `mode` holds it back; the
   * decision is to be made anew.
   */
  admit(command: AbortCommand): boolean;
  /** The rules that cost too much, by key. */
  quarantined(): ReadonlySet<string>;
  /** Puts a rule in quarantine for the whole fleet, and says so: it is hardly tried any more, and aborts nothing. */
  quarantine(dear: DearRule): void;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Commands older than this when they are read were dealt with by the worker that read them first. */
const NEWS_MS = 60_000;

/** How many of an incident's runs are asked what their verdicts are called by now. */
const MAX_ASKED = 16;

/** What comes this long after it was stored, in milliseconds, was given by other workers while this one was stopped, or behind. */
const LATE_MS = 2_000;

/** How long after a look the states of runs are looked at that were not written yet. */
const LOOK_AGAIN_MS = 500;

/** How long what was not admitted is held back until the look begins, in milliseconds. */
const FULL_MS = 2_000;

/** How long an incident is given to gather agents before it is reported. */
const GATHER_MS = 2_500;

/**
 * Watches all abort commands of the fleet: past a budget it looks what used it up, goes on where credentials have died, and
 * else takes the rule, or the whole fleet, into shadow mode until a person says otherwise; agents that fail alike become one incident. A rule that costs too much goes into quarantine.
 * Every worker has one and sees the same stream, so all come to the same conclusions, and the ids make saying it twice
 * harmless.
 */
export async function startFleetGuard(options: FleetGuardOptions): Promise<FleetGuard> {
  const { feed, modes, publisher, store, successes, clock, budget, onError, onMode, onQuarantined } = options;
  const meter = createAbortMeter(budget);
  const incidents = createIncidentFinder();
  const underWay = new Set<Promise<void>>();
  const cancels = new Set<() => void>();
  const looking = new Map<string, Overrun>();
  /** Budgets that are used up by what is under way, and until when that is taken for granted, by the clock. */
  const full = new Map<string, { readonly overrun: Overrun; readonly untilMs: number }>();
  const outages = createKnownOutages({ successes, clock, onError });
  /** Half used budgets that are looked at. */
  const lookingAhead = new Set<string>();
  let looksAhead = 0;
  /** What came late and is counted, in order, when no look ahead is under way. */
  const late: (() => void)[] = [];
  let mode: FleetMode = NO_FLEET_MODE;
  let quarantined: ReadonlySet<string> = new Set();

  const attempt = (work: Promise<void>): void => {
    const guarded = work.catch(onError).finally(() => underWay.delete(guarded));
    underWay.add(guarded);
  };

  function after(ms: number, work: () => Promise<void>): void {
    const cancel = clock.after(ms, () => {
      cancels.delete(cancel);
      attempt(work());
    });
    cancels.add(cancel);
  }

  const lookOptions: LookOptions = { meter, store, successes, nowMs: () => clock.now() };

  async function lookAheadAt(half: Overrun): Promise<void> {
    const key = keyOf(half);
    if (lookingAhead.has(key)) return;
    lookingAhead.add(key);
    looksAhead += 1;
    try {
      outages.add(await lookAhead(half, lookOptions));
    } finally {
      looksAhead -= 1;
      takeLate();
      after(LOOK_AGAIN_MS, async () => void lookingAhead.delete(key));
    }
  }

  /** Looks at what a budget was used up by; one look for each budget at a time. */
  async function look(overrun: Overrun): Promise<void> {
    const key = keyOf(overrun);
    if (looking.has(key)) return;
    looking.set(key, overrun);
    let goesOn = false;
    try {
      const { suspicious, isOpen, outages: found } = await lookAtOverrun(overrun, lookOptions);
      outages.add(found);
      if (suspicious) await shadow(suspicious.overrun, suspicious.target);
      else goesOn = isOpen;
    } finally {
      if (!goesOn) looking.delete(key);
      full.delete(key);
    }
    if (!goesOn) return;
    after(LOOK_AGAIN_MS, () => {
      looking.delete(key);
      return look(overrun);
    });
  }

  async function shadow(overrun: Overrun, target: string): Promise<void> {
    const { kind, who, span, count, limit } = overrun;
    const message = messageOf(overrun, target);
    const because = { reason: message, by: 'knell', at: formatTime(clock.now()) };
    const changed = await changeMode(modes, (current) => {
      if (isShadowed(current, target)) return undefined;
      return target === '*'
        ? { ...current, mode: 'shadow', because }
        : { ...current, shadowed: { ...current.shadowed, [target]: because } };
    });
    if (changed) await tell(because, { budget: kind, who, span, count, limit, shadowed: target });
  }

  async function setAside({ key, share, limit }: DearRule): Promise<void> {
    const reason = costMessageOf({ key, share, limit });
    const because = { reason, by: 'knell', at: formatTime(clock.now()) };
    const changed = await changeMode(modes, (current) =>
      current.shadowed[key]?.over === 'cost'
        ? undefined
        : { ...current, shadowed: { ...current.shadowed, [key]: { ...because, over: 'cost' } } },
    );
    if (!changed) return;
    onQuarantined?.({ key, share, limit });
    await tell(because, { budget: 'cost', who: key, share: twoDigits(share), limit });
  }

  async function tell(
    because: Because,
    about: { budget: string; who: string; [field: string]: unknown },
  ): Promise<void> {
    const { budget: kind, who } = about;
    await publisher.notice(
      {
        schema: 'knell.notice/v1',
        notice_id: noticeId('budget', kind, who, because.at),
        kind: 'budget',
        at: because.at,
        message: because.reason,
        ...about,
      },
      [kind, who],
    );
  }

  async function tellIncident(incident: Incident): Promise<void> {
    const known = await Promise.all(
      incident
        .runs()
        .slice(0, MAX_ASKED)
        .map((run) => store.get(run)),
    );
    const verdicts = known.flatMap((one) => one?.state.verdict?.category ?? []);
    await publisher.notice(incident.notice(clock.now(), verdicts), [incident.subject]);
  }

  function admit(command: AbortCommand): boolean {
    const overrun = outages.covers(command) ? undefined : meter.claim(command, clock.now());
    if (!overrun) return true;
    full.set(keyOf(overrun), { overrun, untilMs: clock.now() + FULL_MS });
    // Where the look that the stream caused has failed, nothing more comes that would cause another.
    if (meter.overrunOf(overrun.kind, overrun.who, clock.now())) attempt(look(overrun));
    return false;
  }

  /** The budgets of which more is not to be used for now. */
  function held(): Overrun[] {
    for (const [key, { untilMs }] of full) if (untilMs <= clock.now()) full.delete(key);
    return [...looking.values(), ...[...full.values()].map(({ overrun }) => overrun)];
  }

  function count(command: AbortCommand, storedMs: number): void {
    const overruns = meter.add(command, storedMs);
    if (!isNews(storedMs)) return;
    for (const overrun of overruns) attempt(look(overrun));
    if (overruns.length > 0) return;
    for (const half of meter.halfUsed(command, clock.now())) attempt(lookAheadAt(half));
  }

  function countUncovered(command: AbortCommand, storedMs: number): void {
    const countIt = () => count(command, storedMs);
    if (!outages.covers(command, countIt)) countIt();
  }

  /** A worker that goes on after a stop hears of more than a budget at once: what a look ahead may explain is not counted before. */
  function takeLate(): void {
    while (looksAhead === 0 && late.length > 0) late.shift()?.();
  }

  const isNews = (storedMs: number): boolean => storedMs > clock.now() - NEWS_MS;

  function take(command: AbortCommand, storedMs: number): void {
    if (storedMs > clock.now() - LATE_MS) countUncovered(command, storedMs);
    else late.push(() => countUncovered(command, storedMs));
    takeLate();
    const incident = incidents.add(command, storedMs);
    if (incident && isNews(storedMs)) after(GATHER_MS, () => tellIncident(incident));
  }

  const stopModes = await modes.watch((changed) => {
    mode = changed;
    const dear = Object.entries(changed.shadowed).flatMap(([key, { over }]) => (over === 'cost' ? [key] : []));
    quarantined = new Set(dear);
    onMode?.(changed);
  });
  const stopFeed = await feed.watch(clock.now() - HOUR_MS, take);
  return {
    mode: () => whileLooking(mode, held(), clock.now()),
    admit,
    quarantined: () => quarantined,
    quarantine(dear) {
      if (!quarantined.has(dear.key)) attempt(setAside(dear));
    },
    async stop() {
      stopFeed();
      stopModes();
      for (const cancel of cancels) cancel();
      await Promise.all(underWay);
    },
  };
}

function keyOf({ kind, who }: Overrun): string {
  return `${kind} ${who}`;
}

function isShadowed(mode: FleetMode, target: string): boolean {
  return mode.mode === 'shadow' || mode.shadowed[target] !== undefined;
}
