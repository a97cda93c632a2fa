import type { Counted } from './abort-budget.ts';

/** Runs on one credential that failed alike. */
export interface Alike {
  readonly key: string;
  readonly credential: Counted['command']['credential'];
  readonly counted: readonly Counted[];
  /** When the first of their failures was seen, epoch milliseconds by the server's clock. */
  readonly sinceMs: number;
}

/** Fewer runs than this on one credential are no outage: a wrong rule hits a few runs on each of many. */
const MIN_RUNS = 10;

/** More credentials than this do not die in the same minutes: then the rule is what they have in common. */
export const MAX_CREDENTIALS = 5;

/**
 * Groups the commands that may belong to outages: on one credential, of one category that reaches beyond the run, by typed
 * evidence. Whether one is an outage then depends on whether anything has succeeded on the credential since `sinceMs`.
 *
 * @returns nothing where too many credentials fail at once, as they do under a rule that is wrong
 */
export function findAlike(counted: readonly Counted[]): Alike[] {
  const groups = new Map<string, Counted[]>();
  for (const one of counted) {
    const key = alikeKey(one.command);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const large = [...groups.values()].filter((group) => group.length >= MIN_RUNS);
  if (large.length > MAX_CREDENTIALS) return [];
  return large.map((group) => ({
    key: alikeKey((group[0] as Counted).command) as string,
    credential: (group[0] as Counted).command.credential,
    counted: group,
    sinceMs: Math.min(...group.map(seenMs)),
  }));
}

/** The same for all commands that may belong to one outage; undefined for those that belong to none. */
export function alikeKey({ credential, category, scope, grade }: Counted['command']): string | undefined {
  const account = credential.fingerprint ?? credential.subscription;
  if (account === undefined || grade !== 'typed' || (scope !== 'subscription' && scope !== 'provider'))
    return undefined;
  return `${credential.subscription} ${account} ${category}`;
}

function seenMs({ command, atMs }: Counted): number {
  const times = command.evidence.map(({ observed_at: at }) => Date.parse(at));
  return Math.min(atMs, ...times);
}
