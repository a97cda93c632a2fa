import { type AbortBudget, createAbortMeter, type Overrun } from '../classify/abort-budget.ts';
import { noticeId } from '../classify/ids.ts';
import { createIncidentFinder } from '../classify/incident.ts';
import type { AbortCommand } from '../contracts/abort-command.ts';
import { type FleetMode, NO_FLEET_MODE } from '../contracts/fleet-mode.ts';
import { formatTime, parseTime } from '../contracts/time.ts';
import type { AbortFeed, Clock, FleetModeStore, Publisher } from './ports.ts';

export interface FleetGuardOptions {
  readonly feed: AbortFeed;
  readonly modes: FleetModeStore;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly budget: AbortBudget;
  /** Called when something outside failed; the guard goes on. */
  readonly onError: (error: unknown) => void;
}

export interface FleetGuard {
  /** What the fleet has been told to do, as far as this worker has heard. */
  mode(): FleetMode;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Commands older than this when they are read were dealt with by whoever read them first. */
const NEWS_MS = 60_000;

/** How long an incident is given to gather agents before it is told. */
const GATHER_MS = 2_000;

/**
 * Watches all abort commands of the fleet: past a budget it takes the rule, or the whole fleet, into shadow mode until
 * a person says otherwise; agents that fail alike become one incident. Every worker has one and sees the same stream,
 * so all come to the same conclusions, and the ids make saying it twice harmless.
 */
export async function startFleetGuard(options: FleetGuardOptions): Promise<FleetGuard> {
  const { feed, modes, publisher, clock, budget, onError } = options;
  const meter = createAbortMeter(budget);
  const incidents = createIncidentFinder();
  const underWay = new Set<Promise<void>>();
  const cancels = new Set<() => void>();
  let mode: FleetMode = NO_FLEET_MODE;

  const attempt = (work: Promise<void>): void => {
    const guarded = work.catch(onError).finally(() => underWay.delete(guarded));
    underWay.add(guarded);
  };

  async function shadow(overrun: Overrun): Promise<void> {
    const message = messageOf(overrun);
    for (;;) {
      const known = await modes.get();
      const current = known?.mode ?? NO_FLEET_MODE;
      if (isShadowed(current, overrun)) return;
      const because = { reason: message, by: 'knell', at: formatTime(clock.now()) };
      const next: FleetMode =
        overrun.kind === 'rule'
          ? { ...current, shadowed: { ...current.shadowed, [overrun.who]: because } }
          : { ...current, mode: 'shadow', because };
      if (!(await modes.put(next, known?.revision ?? 0))) continue;
      const { kind, who, span, count, limit } = overrun;
      await publisher.notice(
        {
          schema: 'knell.notice/v1',
          notice_id: noticeId('budget', kind, who, because.at),
          kind: 'budget',
          at: because.at,
          message,
          budget: kind,
          who,
          span,
          count,
          limit,
        },
        [kind, who],
      );
      return;
    }
  }

  function take(command: AbortCommand): void {
    const overruns = meter.add(command);
    const incident = incidents.add(command);
    const isNews = (parseTime(command.issued_at) ?? 0) > clock.now() - NEWS_MS;
    if (!isNews) return;
    const overrun = overruns[0];
    if (overrun && !isShadowed(mode, overrun)) attempt(shadow(overrun));
    if (!incident) return;
    const cancel = clock.after(GATHER_MS, () => {
      cancels.delete(cancel);
      attempt(publisher.notice(incident.notice(clock.now()), [incident.subject]));
    });
    cancels.add(cancel);
  }

  const stopModes = await modes.watch((changed) => {
    mode = changed;
  });
  const stopFeed = await feed.watch(clock.now() - HOUR_MS, take);
  return {
    mode: () => mode,
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

function messageOf({ kind, who, span, count, limit }: Overrun): string {
  const what = kind === 'rule' ? `The rule ${who}` : kind === 'subscription' ? `Subscription ${who}` : 'The fleet';
  const then = kind === 'rule' ? 'The rule aborts nothing more' : 'Nothing is aborted any more';
  return `${what} had ${count} runs aborted within a ${span}; ${limit} are believed. ${then} until somebody has looked and runs "knell mode enforce".`;
}
