import type { Run } from '../../src/contracts/run.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { HOUR, MINUTE, manualClock, SECOND, T0 } from '../support/subscriptions.ts';
import { createAgenda } from './agenda.ts';
import { startSimulatedKnell } from './knell.ts';
import {
  ABORT_TAKES_MS,
  AGENTS,
  type Credential,
  credentialAt,
  END,
  EVIDENCE_AFTER_MS,
  EXPIRY,
  endingFrom,
  fatalAt,
  LIMIT,
  lifeOf,
  OUTAGE,
  randomFrom,
  SUBSCRIPTIONS,
} from './world.ts';

/** What the fleet does against doomed runs. */
export type Strategy = 'without knell' | 'abort only' | 'abort and preflight';

export interface Day {
  readonly strategy: Strategy;
  readonly scheduled: number;
  readonly finished: number;
  /** Runs that were started and could not, or from some moment could no longer, succeed. */
  readonly doomed: number;
  /** Slot time that doomed runs held from when they were doomed, in hours. */
  readonly slotHoursLost: number;
  /** The longest that an execution waited for a slot, in minutes. */
  readonly longestWaitMin: number;
  readonly refused: number;
  /** Refusals of a credential with which the run would have succeeded. */
  readonly falselyRefused: number;
  /** Executions that went to another subscription. */
  readonly moved: number;
}

const SLOTS = 40;
const EVERY_MS = 20 * SECOND;

interface Execution {
  readonly agent: number;
  readonly number: number;
  readonly scheduledMs: number;
  /** How long it takes when all is well, in milliseconds. */
  readonly workMs: number;
  /** How it ends when it can't succeed. */
  readonly fate: number;
}

interface Live {
  readonly run: Run;
  readonly execution: Execution;
  readonly credential: Credential;
  readonly startedMs: number;
  doomedMs: number | undefined;
  /** Raised when its end is planned anew, so that the end planned before is void. */
  plan: number;
}

/** One day of the fleet under a strategy. The same seed gives the same executions and fates under each. */
export async function simulateDay(strategy: Strategy, seed = 1): Promise<Day> {
  const clock = manualClock(T0);
  const knell = await startSimulatedKnell(clock);
  const agenda = createAgenda();
  const random = randomFrom(seed);
  const waiting: Execution[] = [];
  const live = new Set<Live>();
  const day = {
    scheduled: 0,
    finished: 0,
    doomed: 0,
    lostMs: 0,
    longestWaitMs: 0,
    refused: 0,
    falselyRefused: 0,
    moved: 0,
  };

  /** The credential to start with; undefined: every one is refused. */
  async function choose(agent: number, home: number): Promise<Credential | undefined> {
    const own = credentialAt(agent, home, clock.now());
    if (strategy !== 'abort and preflight') return own;
    const reply = await knell.ask(`agent-${agent}`, own);
    if (reply.answer !== 'refused') return own;
    count(own);
    for (const alternative of reply.alternatives) {
      const other = credentialAt(agent, Number(alternative.slice('sub-'.length)), clock.now());
      const second = await knell.ask(`agent-${agent}`, other);
      if (second.answer !== 'refused') {
        day.moved += 1;
        return other;
      }
      count(other);
    }
    return undefined;
  }

  function count(refused: Credential): void {
    day.refused += 1;
    if (!fatalAt(refused, clock.now())) day.falselyRefused += 1;
  }

  async function fillSlots(): Promise<void> {
    while (live.size < SLOTS) {
      const execution = waiting.shift();
      if (!execution) return;
      const credential = await choose(execution.agent, execution.agent % SUBSCRIPTIONS);
      // Nothing to run it with: the scheduler drops it, as it would for an agent that is switched off.
      if (!credential) continue;
      day.longestWaitMs = Math.max(day.longestWaitMs, clock.now() - execution.scheduledMs);
      await start(execution, credential);
    }
  }

  async function start(execution: Execution, credential: Credential): Promise<void> {
    const run = { agent: `agent-${execution.agent}`, execution: `e${execution.number}`, attempt: 1 };
    const started: Live = { run, execution, credential, startedMs: clock.now(), doomedMs: undefined, plan: 0 };
    live.add(started);
    await knell.hearStart(run, credential);
    if (fatalAt(credential, clock.now())) doom(started);
    else planEnd(started, execution.workMs);
  }

  /** From now on the run can't succeed: what its token is good for shows with its next request. */
  function doom(item: Live): void {
    item.doomedMs = clock.now();
    day.doomed += 1;
    const ending = endingFrom(item.execution.fate);
    planEnd(item, Math.min(lifeOf(ending), item.startedMs + HOUR - clock.now()));
    if (ending !== 'hangs in silence') agenda.add(clock.now() + EVIDENCE_AFTER_MS, () => showEvidence(item));
  }

  async function showEvidence(item: Live): Promise<void> {
    const fatal = fatalAt(item.credential, clock.now());
    if (strategy === 'without knell' || !live.has(item) || !fatal) return;
    await knell.applyFailure(item.run, item.credential, {
      category: fatal.category,
      ...(fatal.resetMs === undefined ? {} : { not_before: formatTime(fatal.resetMs) }),
    });
    planEnd(item, ABORT_TAKES_MS);
  }

  function planEnd(item: Live, afterMs: number): void {
    item.plan += 1;
    const plan = item.plan;
    agenda.add(clock.now() + afterMs, async () => {
      if (item.plan !== plan) return;
      live.delete(item);
      if (item.doomedMs === undefined) {
        day.finished += 1;
        await knell.applySuccess(item.run, item.credential, item.startedMs);
      } else day.lostMs += clock.now() - item.doomedMs;
      await knell.hearExit(item.run, item.doomedMs === undefined ? 0 : 1);
      await fillSlots();
    });
  }

  for (let number = 0; number * EVERY_MS < END - T0; number += 1) {
    const scheduledMs = T0 + number * EVERY_MS;
    const workMs = (5 + 10 * random()) * MINUTE;
    const execution = { agent: Math.floor(random() * AGENTS), number, scheduledMs, workMs, fate: random() };
    agenda.add(scheduledMs, async () => {
      day.scheduled += 1;
      waiting.push(execution);
      await fillSlots();
    });
  }
  for (const atMs of [EXPIRY, LIMIT[0]]) {
    agenda.add(atMs, async () => {
      for (const item of live) if (item.doomedMs === undefined && fatalAt(item.credential, atMs)) doom(item);
    });
  }
  for (let atMs = OUTAGE[0]; atMs < OUTAGE[1]; atMs += 5 * MINUTE) {
    agenda.add(atMs, async () => {
      for (const { run, credential } of live) {
        const over = { category: 'provider.overloaded', scope: 'provider', disposition: 'recorded' } as const;
        await knell.applyFailure(run, credential, over);
      }
    });
  }

  for (let next = agenda.next(); next && next.atMs < END; next = agenda.next()) {
    clock.advance(next.atMs - clock.now());
    await next.happen();
  }
  clock.advance(END - clock.now());
  for (const item of live) if (item.doomedMs !== undefined) day.lostMs += END - item.doomedMs;
  const { lostMs, longestWaitMs, ...counts } = day;
  return { strategy, ...counts, slotHoursLost: lostMs / HOUR, longestWaitMin: longestWaitMs / MINUTE };
}
