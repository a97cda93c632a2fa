import type { AbortCommand } from '../contracts/abort-command.ts';
import { runKey } from '../contracts/run.ts';

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
}

/** Counts abort commands in sliding windows of a minute and an hour, in the server's time; a run counts once. */
export function createAbortMeter(budget: AbortBudget) {
  const counted = new Map<string, Map<string, Counted>>();
  /** What is about to be given and has not come from the stream yet, by run. */
  const claimed = new Map<string, Counted>();

  function keysOf({ rule, credential }: AbortCommand): [keyof AbortBudget, string][] {
    const { subscription } = credential;
    return [
      ['rule', ruleKeyOf(rule)],
      ...(subscription === undefined ? [] : ([['subscription', subscription]] as [keyof AbortBudget, string][])),
      ['all', '*'],
    ];
  }

  /** What counts towards a budget at `atMs`, the oldest first; what is over an hour old is forgotten. */
  function recent(kind: keyof AbortBudget, who: string, atMs: number): Counted[] {
    const known = counted.get(`${kind} ${who}`);
    if (!known) return [];
    for (const [run, one] of known) if (one.atMs <= atMs - HOUR_MS) known.delete(run);
    return [...known.values()];
  }

  function overrunOf(
    kind: keyof AbortBudget,
    who: string,
    atMs: number,
    more: readonly Counted[] = [],
  ): Overrun | undefined {
    const known = [...recent(kind, who, atMs), ...more];
    const inMinute = known.filter((one) => one.atMs > atMs - MINUTE_MS).length;
    const { perMinute, perHour } = budget[kind];
    if (inMinute > perMinute) return { kind, who, span: 'minute', count: inMinute, limit: perMinute };
    if (known.length > perHour) return { kind, who, span: 'hour', count: known.length, limit: perHour };
    return undefined;
  }

  return {
    /**
     * Counts one command; returns the budgets that are exceeded with it.
     *
     * @param atMs when it was stored, epoch milliseconds by the server's clock: the command's own time is not used
     */
    add(command: AbortCommand, atMs: number): Overrun[] {
      claimed.delete(runKey(command));
      return keysOf(command).flatMap(([kind, who]) => {
        const key = `${kind} ${who}`;
        const runs = counted.get(key) ?? new Map<string, Counted>();
        counted.set(key, runs);
        if (!runs.has(runKey(command))) runs.set(runKey(command), { command, atMs });
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
      for (const [key, one] of claimed) if (one.atMs <= atMs - CLAIM_MS) claimed.delete(key);
      const isCounted = counted.get('all *')?.has(run) || claimed.has(run);
      if (isCounted) return undefined;
      for (const [kind, who] of keysOf(command)) {
        const same = [...claimed.values()].filter((one) =>
          keysOf(one.command).some(([otherKind, other]) => otherKind === kind && other === who),
        );
        const overrun = overrunOf(kind, who, atMs, same);
        if (overrun) return overrun;
      }
      claimed.set(run, { command, atMs });
      return undefined;
    },
    /** What an overrun was counted from, the oldest first. */
    countedFor: ({ kind, who, span }: Overrun, atMs: number): Counted[] =>
      recent(kind, who, atMs).filter((one) => span === 'hour' || one.atMs > atMs - MINUTE_MS),
    /** Stops counting these: they are not knell's, or belong to an outage. */
    forget(known: readonly Counted[]): void {
      for (const { command } of known) {
        for (const [kind, who] of keysOf(command)) counted.get(`${kind} ${who}`)?.delete(runKey(command));
      }
    },
    /** Whether a budget is still beyond its limit, and by what. */
    overrunOf: (kind: keyof AbortBudget, who: string, atMs: number) => overrunOf(kind, who, atMs),
  };
}

/** `pack/id` of the rule that a command names. */
export function ruleKeyOf({ pack, id }: AbortCommand['rule']): string {
  return `${pack}/${id}`;
}
