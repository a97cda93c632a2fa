import type { AbortCommand } from '../contracts/abort-command.ts';
import { runKey } from '../contracts/run.ts';
import { SlidingWindow } from './sliding-window.ts';

/** How many aborts are accepted before a person has to look. */
export interface Limits {
  readonly perMinute: number;
  readonly perHour: number;
}

export interface AbortBudget {
  readonly rule: Limits;
  readonly subscription: Limits;
  readonly all: Limits;
}

/** A whole fleet may die of one token in a minute, and that is right; one rule that ends thousands is a fault. */
export const DEFAULT_BUDGET: AbortBudget = {
  rule: { perMinute: 300, perHour: 1_500 },
  subscription: { perMinute: 300, perHour: 1_500 },
  all: { perMinute: 600, perHour: 3_000 },
};

/** A budget that has been used up. `who` is a rule key, a subscription, or `*` for all. */
export interface Overrun {
  readonly kind: keyof AbortBudget;
  readonly who: string;
  readonly span: 'minute' | 'hour';
  readonly count: number;
  readonly limit: number;
}

/** The same limits for every kind, where an operator has set them. */
export function budgetOf(perMinute: number | undefined, perHour: number | undefined): AbortBudget {
  const set = (limits: Limits): Limits => ({
    perMinute: perMinute ?? limits.perMinute,
    perHour: perHour ?? limits.perHour,
  });
  return {
    rule: set(DEFAULT_BUDGET.rule),
    subscription: set(DEFAULT_BUDGET.subscription),
    all: set(DEFAULT_BUDGET.all),
  };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A command that has been claimed for so long and did not come was never given, in milliseconds. */
const CLAIM_MS = MINUTE_MS;

/** An abort command as it was counted. */
export interface Counted {
  readonly command: AbortCommand;
  /** When the stream stored it, epoch milliseconds by the server's clock. */
  readonly atMs: number;
  /** This worker claimed a place for it, so it is knell's own. */
  readonly isClaimed?: boolean;
}

/** Counts abort commands in sliding windows of a minute and an hour, in the server's time; a run counts once. */
export function createAbortMeter(budget: AbortBudget) {
  /** By `kind who`: the runs that count towards a budget, and their commands. */
  const counted = new Map<
    string,
    { readonly byRun: Map<string, Counted>; readonly commands: SlidingWindow<Counted> }
  >();
  /** What is about to be given and has not come from the stream yet, by run, the oldest first. */
  const claimed = new Map<string, Counted>();
  /** How many of them there are, by `kind who`. */
  const claims = new Map<string, number>();

  function keysOf({ rule, credential }: AbortCommand): [keyof AbortBudget, string][] {
    const { subscription } = credential;
    return [
      ['rule', ruleKeyOf(rule)],
      ...(subscription === undefined ? [] : ([['subscription', subscription]] as [keyof AbortBudget, string][])),
      ['all', '*'],
    ];
  }

  function addClaims(command: AbortCommand, more: 1 | -1): void {
    for (const [kind, who] of keysOf(command)) {
      const key = `${kind} ${who}`;
      const count = (claims.get(key) ?? 0) + more;
      if (count > 0) claims.set(key, count);
      else claims.delete(key);
    }
  }

  /** @returns whether there was a claim */
  function unclaim(run: string): boolean {
    const one = claimed.get(run);
    if (one) addClaims(one.command, -1);
    return claimed.delete(run);
  }

  /** What counts towards a budget at `atMs`; what is over an hour old is forgotten. */
  function recent(kind: keyof AbortBudget, who: string, atMs: number): SlidingWindow<Counted> | undefined {
    const known = counted.get(`${kind} ${who}`);
    for (const { command } of known?.commands.dropUntil(atMs - HOUR_MS) ?? []) known?.byRun.delete(runKey(command));
    return known?.commands;
  }

  function overrunOf(kind: keyof AbortBudget, who: string, atMs: number, more = 0, part = 1): Overrun | undefined {
    const known = recent(kind, who, atMs);
    const within = (ms: number) => (known?.countAfter(atMs - ms) ?? 0) + more;
    const [inMinute, inHour] = [within(MINUTE_MS), within(HOUR_MS)];
    const { perMinute, perHour } = budget[kind];
    if (inMinute > perMinute * part) return { kind, who, span: 'minute', count: inMinute, limit: perMinute };
    if (inHour > perHour * part) return { kind, who, span: 'hour', count: inHour, limit: perHour };
    return undefined;
  }

  return {
    /**
     * Counts one command; returns the budgets that are exceeded with it.
     *
     * @param atMs when it was stored, epoch milliseconds by the server's clock: the command's own time is not used
     */
    add(command: AbortCommand, atMs: number): Overrun[] {
      const isClaimed = unclaim(runKey(command));
      return keysOf(command).flatMap(([kind, who]) => {
        const key = `${kind} ${who}`;
        const known = counted.get(key) ?? { byRun: new Map(), commands: new SlidingWindow() };
        counted.set(key, known);
        if (!known.byRun.has(runKey(command))) {
          const one = { command, atMs, isClaimed };
          known.byRun.set(runKey(command), one);
          known.commands.add(one);
        }
        return overrunOf(kind, who, atMs) ?? [];
      });
    },
    /**
     * Claims a place for a command that is about to be given. Commands come back from the stream a moment later, and
     * hundreds may be under way: without a claim each of them would find room.
     *
     * @param atMs now, by the server's clock
     * @returns the budget that is beyond its limit already; the command is then not to be given
     */
    claim(command: AbortCommand, atMs: number): Overrun | undefined {
      const run = runKey(command);
      for (const [key, one] of claimed) {
        if (one.atMs > atMs - CLAIM_MS) break;
        unclaim(key);
      }
      const isCounted = counted.get('all *')?.byRun.has(run) || claimed.has(run);
      if (isCounted) return undefined;
      for (const [kind, who] of keysOf(command)) {
        const overrun = overrunOf(kind, who, atMs, claims.get(`${kind} ${who}`));
        if (overrun) return overrun;
      }
      claimed.set(run, { command, atMs });
      addClaims(command, 1);
      return undefined;
    },
    /** What an overrun was counted from, the oldest first. */
    countedFor: ({ kind, who, span }: Overrun, atMs: number): readonly Counted[] =>
      recent(kind, who, atMs)?.after(atMs - (span === 'hour' ? HOUR_MS : MINUTE_MS)) ?? [],
    /** Stops counting these: they are not knell's, or belong to an outage. */
    forget(known: readonly Counted[]): void {
      for (const { command } of known) {
        for (const [kind, who] of keysOf(command)) {
          const { byRun, commands } = counted.get(`${kind} ${who}`) ?? {};
          const one = byRun?.get(runKey(command));
          byRun?.delete(runKey(command));
          if (one) commands?.remove(one);
        }
      }
    },
    /** The budgets of a command of which half is used up, or more. */
    halfUsed(command: AbortCommand, atMs: number): Overrun[] {
      return keysOf(command).flatMap(([kind, who]) => overrunOf(kind, who, atMs, 0, 0.5) ?? []);
    },
    /** Whether a budget is still beyond its limit, and by what. */
    overrunOf: (kind: keyof AbortBudget, who: string, atMs: number) => overrunOf(kind, who, atMs),
  };
}

/** `pack/id` of the rule that a command names. */
export function ruleKeyOf({ pack, id }: AbortCommand['rule']): string {
  return `${pack}/${id}`;
}
