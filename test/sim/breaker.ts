import { formatTime } from '../../src/contracts/time.ts';
import { HOUR, MINUTE, manualClock, SECOND, T0 } from '../support/subscriptions.ts';
import { createAgenda } from './agenda.ts';
import { startSimulatedKnell } from './knell.ts';
import { ABORT_TAKES_MS, ANSWER_AFTER_MS, EVIDENCE_AFTER_MS, randomFrom } from './world.ts';

/** What a token is really like, and what is said of it, over half a day. 100 agents share it. */
export interface Story {
  readonly name: string;
  /** Whether the token is good at a moment. */
  works(nowMs: number): boolean;
  /** When a line says that the token has expired although it works. */
  readonly forgedAtMs?: number;
  /** Runs are under way when the forged line is printed; left out: the fleet has just been started. */
  readonly isUnderWay?: boolean;
}

export interface Cost {
  readonly story: string;
  readonly dispatched: number;
  readonly finished: number;
  /** Runs that were under way when the token died, or printed the forged line. No preflight saves these. */
  readonly lost: number;
  /** Runs that were started on a dead token: each holds its slot for some seconds. */
  readonly wasted: number;
  /** Dispatches that were refused while the token was dead: what preflight is for. */
  readonly refused: number;
  /** Dispatches that were refused although the token worked. */
  readonly falselyRefused: number;
  /** The longest time for which a working token was refused, in seconds. */
  readonly longestBlockS: number;
}

const AGENTS = 100;
const EVERY_MS = 20 * SECOND;
const END = T0 + 12 * HOUR;
const CREDENTIAL = { kind: 'oauth', subscription: 'sub', fingerprint: 'token' } as const;

/** What half a day costs in runs. `isAsked` false: no preflight, every doomed run is started and then ended. */
export async function costOf(story: Story, isAsked = true): Promise<Cost> {
  const clock = manualClock(T0);
  const knell = await startSimulatedKnell(clock);
  const agenda = createAgenda();
  const random = randomFrom(1);
  const cost = { dispatched: 0, finished: 0, lost: 0, wasted: 0, refused: 0, falselyRefused: 0 };
  let blockedSinceMs: number | undefined;
  let longestBlockMs = 0;

  async function dispatch(number: number): Promise<void> {
    const agent = `agent-${number % AGENTS}`;
    const run = { agent, execution: `e${number}`, attempt: 1 };
    cost.dispatched += 1;
    const isRefused = isAsked && (await knell.ask(agent, CREDENTIAL)).answer === 'refused';
    const works = story.works(clock.now());
    if (isRefused && works) blockedSinceMs ??= clock.now();
    else if (blockedSinceMs !== undefined) {
      longestBlockMs = Math.max(longestBlockMs, clock.now() - blockedSinceMs);
      blockedSinceMs = undefined;
    }
    if (isRefused) {
      cost[works ? 'falselyRefused' : 'refused'] += 1;
      return;
    }
    const startedMs = clock.now();
    const endMs = startedMs + (5 + 10 * random()) * MINUTE;
    await knell.hearStart(run, CREDENTIAL);
    const deadMs = firstDead(story, startedMs, endMs);
    if (deadMs === undefined || deadMs > startedMs + ANSWER_AFTER_MS) {
      agenda.add(startedMs + ANSWER_AFTER_MS, () => knell.hearAnswer(run));
    }
    if (deadMs === undefined) {
      agenda.add(endMs, async () => {
        cost.finished += 1;
        await knell.applySuccess(run, CREDENTIAL, startedMs);
        await knell.hearExit(run, 0);
      });
      return;
    }
    cost[deadMs === startedMs ? 'wasted' : 'lost'] += 1;
    agenda.add(deadMs + EVIDENCE_AFTER_MS, () =>
      knell.applyFailure(run, CREDENTIAL, { category: 'auth.token_expired' }),
    );
    agenda.add(deadMs + EVIDENCE_AFTER_MS + ABORT_TAKES_MS, () => knell.hearExit(run, 1));
  }

  const firstMs = story.isUnderWay === false ? (story.forgedAtMs ?? T0) : T0;
  if (story.forgedAtMs !== undefined) {
    const forger = { agent: 'agent-13', execution: 'forger', attempt: 1 };
    agenda.add(story.forgedAtMs, async () => {
      await knell.hearStart(forger, CREDENTIAL);
      await knell.applyFailure(forger, CREDENTIAL, {
        category: 'auth.token_expired',
        issued_at: formatTime(clock.now()),
      });
      cost.lost += 1;
      await knell.hearExit(forger, 1);
    });
  }
  for (let number = 0; firstMs + (number + 1) * EVERY_MS < END; number += 1) {
    agenda.add(firstMs + (number + 1) * EVERY_MS, () => dispatch(number));
  }
  for (let next = agenda.next(); next && next.atMs < END; next = agenda.next()) {
    clock.advance(next.atMs - clock.now());
    await next.happen();
  }
  if (blockedSinceMs !== undefined) longestBlockMs = Math.max(longestBlockMs, END - blockedSinceMs);
  return {
    story: isAsked ? story.name : `${story.name}, no preflight`,
    ...cost,
    longestBlockS: longestBlockMs / SECOND,
  };
}

/** When a run first meets a dead token; undefined: never. */
function firstDead({ works }: Story, fromMs: number, toMs: number): number | undefined {
  for (let atMs = fromMs; atMs < toMs; atMs += 10 * SECOND) if (!works(atMs)) return atMs;
  return undefined;
}

const at = (hours: number) => T0 + hours * HOUR;

export const STORIES = {
  healthy: { name: 'a good token', works: () => true },
  forged: { name: 'one forged line, runs under way', works: () => true, forgedAtMs: at(6) },
  forgedFirst: { name: 'one forged line, nothing under way', works: () => true, forgedAtMs: at(6), isUnderWay: false },
  expired: { name: 'expired after 3 h', works: (nowMs: number) => nowMs < at(3) },
  // The same token works again, as after a payment: a new one is told apart and flows at once.
  healed: { name: 'dead from 3 h to 9 h', works: (nowMs: number) => nowMs < at(3) || nowMs >= at(9) },
  blip: { name: 'dead for 5 min', works: (nowMs: number) => nowMs < at(3) || nowMs >= at(3) + 5 * MINUTE },
  flapping: { name: 'dead 5 of each 15 min', works: (nowMs: number) => (nowMs - T0) % (15 * MINUTE) < 10 * MINUTE },
  // In step with the hour between two trials: the worst that there is.
  inStep: { name: 'dead every other half hour', works: (nowMs: number) => (nowMs - T0) % HOUR < HOUR / 2 },
} as const satisfies Record<string, Story>;
