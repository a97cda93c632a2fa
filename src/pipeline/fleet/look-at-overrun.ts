import { type Counted, type createAbortMeter, type Overrun, ruleKeyOf } from '../../classify/abort-budget.ts';
import { findAlike } from '../../classify/outage-or-runaway.ts';
import { targetOfAgent } from '../../classify/policy.ts';
import type { AbortCommand } from '../../contracts/abort-command.ts';
import type { RunStore } from '../ports/ports.ts';
import type { Outage } from './known-outages.ts';

/** When a credential last let anything succeed. */
export interface Successes {
  /** Epoch milliseconds; undefined: never, as far as is known. */
  lastMs(credential: AbortCommand['credential']): Promise<number | undefined>;
}

export interface LookOptions {
  readonly meter: ReturnType<typeof createAbortMeter>;
  readonly store: Pick<RunStore, 'get'>;
  readonly successes: Successes;
  readonly nowMs: () => number;
}

/** What a look has found. */
export interface Seen {
  /**
   * The overrun that is left, and what to take into shadow mode for it: a rule (`pack/id`), a rule on one subscription
   * (`pack/id@subscription`), a rule or `*` for one agent (`pack/id of agent`), or `*` for the fleet; undefined where nothing is beyond a budget.
   */
  readonly suspicious?: { readonly overrun: Overrun; readonly target: string };
  /** The outages that were found: their commands need not be counted for a while. */
  readonly outages: readonly Outage[];
  /** Of some commands it is not known yet whose they are: look again a little later. */
  readonly isOpen: boolean;
}

/** How many run states are read at a time. */
const AT_ONCE = 32;

/** A worker publishes a command and then stores the run's state: a command that has no state after so long is not knell's. */
const GRACE_MS = 5_000;

/**
 * Looks what has used a budget up. What knell has not ordered itself does not count: any login may publish on the abort
 * subjects. Runs that failed alike on one credential, on which nothing has succeeded since, are an outage and do not count either.
 *
 * @throws whatever the stores throw
 */
export async function lookAtOverrun(overrun: Overrun, options: LookOptions): Promise<Seen> {
  const { meter, nowMs } = options;
  const own = await ownOf(overrun, options);
  const { outages, alike } = await outagesIn(own, options);
  meter.forget(alike);
  const believed = new Set(own);
  for (const one of alike) believed.delete(one);
  const left = meter.overrunOf(overrun.kind, overrun.who, nowMs());
  if (!left) return { isOpen: false, outages };
  // What was counted during the look, and what has no state yet, is looked at next time.
  const isSuspicious = believed.size > left.limit;
  const alone = isSuspicious ? aloneIn(left, [...believed]) : undefined;
  // What is held back for one agent must not stand in the way of the others.
  if (alone !== undefined) meter.forget([...believed].filter(({ command }) => command.agent === alone));
  const target =
    alone === undefined ? targetOf(left, [...believed]) : targetOfAgent(left.kind === 'rule' ? left.who : '*', alone);
  const suspicious = { overrun: { ...left, count: believed.size }, target };
  return { isOpen: left.count > believed.size, outages, ...(isSuspicious && { suspicious }) };
}

/**
 * Looks at a budget that is half used up: where most of that is outages, they are known before it holds anything back, and
 * what fails beside them does not wait for a look.
 *
 * @returns the outages, whose commands are not counted any more
 * @throws whatever the stores throw
 */
export async function lookAhead(half: Overrun, options: LookOptions): Promise<readonly Outage[]> {
  const own = await ownOf(half, options);
  const { outages, alike } = await outagesIn(own, options);
  if (alike.length < MOSTLY * own.length) return [];
  options.meter.forget(alike);
  return outages;
}

/** The part of a half used budget that outages have to be, for them to be known before it is used up. */
const MOSTLY = 0.5;

/** What knell has ordered itself of what was counted; what it certainly has not is counted no more. */
async function ownOf(overrun: Overrun, { meter, store, nowMs }: LookOptions): Promise<Counted[]> {
  const own: Counted[] = [];
  const counted = meter.countedFor(overrun, nowMs());
  for (let from = 0; from < counted.length; from += AT_ONCE) {
    await Promise.all(
      counted.slice(from, from + AT_ONCE).map(async (one) => {
        if (await isOwn(one, store)) own.push(one);
        else if (one.atMs <= nowMs() - GRACE_MS) meter.forget([one]);
      }),
    );
  }
  return own;
}

async function outagesIn(own: readonly Counted[], { successes }: LookOptions) {
  const looked = await Promise.all(
    findAlike(own).map(async (alike) => {
      const succeededMs = await successes.lastMs(alike.credential);
      return succeededMs !== undefined && succeededMs >= alike.sinceMs ? [] : [alike];
    }),
  );
  const found = looked.flat();
  return { outages: found, alike: found.flatMap(({ counted }) => counted) };
}

/** Whose commands are known to be knell's: the states of those are not read again. */
const known = new WeakSet<Counted>();

async function isOwn(one: Counted, store: Pick<RunStore, 'get'>): Promise<boolean> {
  if (one.isClaimed || known.has(one)) return true;
  const state = (await store.get(one.command))?.state;
  if (state?.verdict?.command_id !== one.command.command_id) return false;
  known.add(one);
  return true;
}

/**
 * The agent whose runs alone used a budget up: without them the others are within it. An agent says of its own runs what it
 * likes, and must not take the protection from all by that.
 */
function aloneIn({ limit }: Overrun, counted: readonly Counted[]): string | undefined {
  const times = new Map<string, number>();
  for (const { command } of counted) times.set(command.agent, (times.get(command.agent) ?? 0) + 1);
  const [most] = [...times].sort(([, a], [, b]) => b - a);
  if (!most) return undefined;
  const [agent, count] = most;
  return 4 * count > 3 * limit && counted.length - count <= limit ? agent : undefined;
}

/** The narrowest thing that stops the overrun: other subscriptions and other rules stay protected. */
function targetOf({ kind, who }: Overrun, counted: readonly Counted[]): string {
  if (kind === 'all') return '*';
  if (kind === 'rule') return who;
  const times = new Map<string, number>();
  for (const { command } of counted) {
    const key = ruleKeyOf(command.rule);
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  const [most] = [...times].sort(([, a], [, b]) => b - a);
  return `${most?.[0]}@${who}`;
}
