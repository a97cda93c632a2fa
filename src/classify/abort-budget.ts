import type { AbortCommand } from '../contracts/abort-command.ts';

/** How many aborts are believed before a person has to look. */
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

/** Counts abort commands in sliding windows of a minute and an hour, in the server's time. */
export function createAbortMeter(budget: AbortBudget) {
  const times = new Map<string, number[]>();
  const count = (key: string, atMs: number): number[] => {
    const recent = (times.get(key) ?? []).filter((time) => time > atMs - HOUR_MS);
    recent.push(atMs);
    times.set(key, recent);
    return recent;
  };
  return {
    /**
     * Takes in one command; returns the budgets that it is beyond.
     *
     * @param atMs when it was stored, epoch milliseconds by the server's clock: what a command says of its own time counts for nothing
     */
    add(command: AbortCommand, atMs: number): Overrun[] {
      const { subscription } = command.credential;
      const counted: [keyof AbortBudget, string][] = [
        ['rule', `${command.rule.pack}/${command.rule.id}`],
        ...(subscription === undefined ? [] : ([['subscription', subscription]] as [keyof AbortBudget, string][])),
        ['all', '*'],
      ];
      return counted.flatMap(([kind, who]): Overrun[] => {
        const recent = count(`${kind} ${who}`, atMs);
        const inMinute = recent.filter((time) => time > atMs - MINUTE_MS).length;
        const { perMinute, perHour } = budget[kind];
        if (inMinute > perMinute) return [{ kind, who, span: 'minute', count: inMinute, limit: perMinute }];
        if (recent.length > perHour) return [{ kind, who, span: 'hour', count: recent.length, limit: perHour }];
        return [];
      });
    },
  };
}
