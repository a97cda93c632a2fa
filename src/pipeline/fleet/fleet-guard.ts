import { type AbortBudget, createAbortMeter, type Overrun } from '../../classify/abort-budget.ts';
import { noticeId } from '../../classify/ids.ts';
import { createIncidentFinder, type Incident } from '../../classify/incident.ts';
import type { AbortCommand } from '../../contracts/abort-command.ts';
import { type Because, type FleetMode, NO_FLEET_MODE } from '../../contracts/fleet-mode.ts';
import { formatTime } from '../../contracts/time.ts';
import type { AbortFeed, Clock, FleetModeStore, Publisher, RunStore } from '../ports/ports.ts';
import { changeMode } from './change-mode.ts';
import type { DearRule } from './rule-meter.ts';

export interface FleetGuardOptions {
  readonly feed: AbortFeed;
  readonly modes: FleetModeStore;
  readonly publisher: Publisher;
  /** Where the runs' verdicts stand: a cause may have become sharper since the command. */
  readonly store: Pick<RunStore, 'get'>;
  readonly clock: Clock;
  readonly budget: AbortBudget;
  /** Called when something outside failed; the guard goes on. */
  readonly onError: (error: unknown) => void;
  /** What the fleet has been told, at the start and at each change. */
  readonly onMode?: (mode: FleetMode) => void;
  /** This guard has put a rule in quarantine. */
  readonly onQuarantined?: (dear: DearRule) => void;
}

export interface FleetGuard {
  /** What the fleet has been told to do, as far as this worker has heard. */
  mode(): FleetMode;
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

/** How long an incident is given to gather agents before it is reported. */
const GATHER_MS = 2_500;

/**
 * Watches all abort commands of the fleet: past a budget it takes the rule, or the whole fleet, into shadow mode until
 * a person says otherwise; agents that fail alike become one incident. A rule that costs too much goes into quarantine.
 * Every worker has one and sees the same stream, so all come to the same conclusions, and the ids make saying it twice
 * harmless.
 */
export async function startFleetGuard(options: FleetGuardOptions): Promise<FleetGuard> {
  const { feed, modes, publisher, store, clock, budget, onError, onMode, onQuarantined } = options;
  const meter = createAbortMeter(budget);
  const incidents = createIncidentFinder();
  const underWay = new Set<Promise<void>>();
  const cancels = new Set<() => void>();
  let mode: FleetMode = NO_FLEET_MODE;
  let quarantined: ReadonlySet<string> = new Set();

  const attempt = (work: Promise<void>): void => {
    const guarded = work.catch(onError).finally(() => underWay.delete(guarded));
    underWay.add(guarded);
  };

  async function shadow(overrun: Overrun): Promise<void> {
    const { kind, who, span, count, limit } = overrun;
    const message = messageOf(overrun);
    const because = { reason: message, by: 'knell', at: formatTime(clock.now()) };
    const changed = await changeMode(modes, (current) => {
      if (isShadowed(current, overrun)) return undefined;
      return kind === 'rule'
        ? { ...current, shadowed: { ...current.shadowed, [who]: because } }
        : { ...current, mode: 'shadow', because };
    });
    if (changed) await tell(because, { budget: kind, who, span, count, limit });
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

  function take(command: AbortCommand, storedMs: number): void {
    const overruns = meter.add(command, storedMs);
    const incident = incidents.add(command, storedMs);
    const isNews = storedMs > clock.now() - NEWS_MS;
    if (!isNews) return;
    const overrun = overruns[0];
    if (overrun && !isShadowed(mode, overrun)) attempt(shadow(overrun));
    if (!incident) return;
    const cancel = clock.after(GATHER_MS, () => {
      cancels.delete(cancel);
      attempt(tellIncident(incident));
    });
    cancels.add(cancel);
  }

  const stopModes = await modes.watch((changed) => {
    mode = changed;
    const dear = Object.entries(changed.shadowed).flatMap(([key, { over }]) => (over === 'cost' ? [key] : []));
    quarantined = new Set(dear);
    onMode?.(changed);
  });
  const stopFeed = await feed.watch(clock.now() - HOUR_MS, take);
  return {
    mode: () => mode,
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

function isShadowed(mode: FleetMode, { kind, who }: Overrun): boolean {
  return mode.mode === 'shadow' || (kind === 'rule' && mode.shadowed[who] !== undefined);
}

function costMessageOf({ key, share, limit }: DearRule): string {
  return `The rule ${key} takes ${Math.round(share * 100)} % of a worker's time with lines that are none of its business; ${Math.round(limit * 100)} % are allowed. It is tried only as far as its share goes, and aborts nothing more, until somebody has mended it ("knell rules context ${key}" says what makes it dear) and runs "knell mode --release ${key}".`;
}

function twoDigits(share: number): number {
  return Math.round(share * 100) / 100;
}

function messageOf({ kind, who, span, count, limit }: Overrun): string {
  const what = kind === 'rule' ? `The rule ${who}` : kind === 'subscription' ? `Subscription ${who}` : 'The fleet';
  const then = kind === 'rule' ? 'The rule aborts nothing more' : 'Nothing is aborted any more';
  return `${what} had ${count} runs aborted within a ${span}; ${limit} are believed. ${then} until a person has looked and runs "knell mode enforce".`;
}
