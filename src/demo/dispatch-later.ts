import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
import { createKnellClient, fingerprintOf, fingerprintSalt, type KnellClient } from '../client/client.ts';
import { EXPIRED_TOKEN, laterRole, NEW_TOKEN } from './cast.ts';
import type { Judgement } from './judge.ts';
import { playRole, type Stage } from './play-role.ts';

const SUBSCRIPTION = 'team-a';
const LATER_AGENTS = ['later-1', 'later-2', 'later-3'];

/** How long the service may take to draw its conclusion from the failures, in milliseconds. */
const LEARNED_MS = 5_000;

const fingerprint = (token: string): string => fingerprintOf(token, fingerprintSalt(process.env));

/**
 * What a backend does after the incident: it asks before it dispatches. Executions on the dead token are refused before
 * they start and move to a healthy subscription; when the token is replaced they flow again.
 */
export async function dispatchLater(connection: NatsConnection, stage: Stage): Promise<Judgement[]> {
  const { timeline } = stage;
  const knell = await createKnellClient({ nats: connection, by: 'demo' });
  timeline.plain(`\n${timeline.colours.bold('More work is scheduled. Now the dispatcher asks first:')}\n`);
  const moved = await moveAway(knell, stage);

  timeline.plain(`\n${timeline.colours.bold('A person replaces the token of team-a:')}\n`);
  const fresh = await knell.preflight({ subscription: SUBSCRIPTION, fingerprint: fingerprint(NEW_TOKEN) });
  timeline.asks('fresh', `may it run on ${SUBSCRIPTION}, with the new token? ${fresh.answer}`);
  const ending = await playRole(laterRole('fresh', SUBSCRIPTION, NEW_TOKEN), stage);
  const flows = fresh.answer !== 'refused' && ending.exitCode === 0;
  await knell.close();
  return [
    {
      agent: 'later',
      right: moved === LATER_AGENTS.length,
      text: `${moved} of ${LATER_AGENTS.length} executions were refused on ${SUBSCRIPTION} before they started, and ran on team-b`,
    },
    { agent: 'fresh', right: flows, text: `with a new token, executions flow on ${SUBSCRIPTION} again` },
  ];
}

/** How many executions were refused where they were to run, and then ran elsewhere. */
async function moveAway(knell: KnellClient, stage: Stage): Promise<number> {
  let moved = 0;
  let told: string | undefined;
  for (const agent of LATER_AGENTS) {
    const reply = await untilDecided(knell, agent);
    // Why is told in full once: the next ones are refused for the same.
    const why = told === reply.reason ? 'as before' : reply.reason;
    told = reply.reason;
    stage.timeline.asks(agent, `may it run on ${SUBSCRIPTION}? ${reply.answer}: ${why}`);
    const [other] = reply.alternatives;
    if (reply.answer !== 'refused' || other === undefined) continue;
    stage.timeline.asks(agent, `moved to ${other}`);
    const ending = await playRole(laterRole(agent, other, `token-of-${other}`), stage);
    if (ending.exitCode === 0) moved += 1;
  }
  return moved;
}

/** Asks until the service has heard of what happened, or had time enough to. */
async function untilDecided(knell: KnellClient, agent: string) {
  const request = { agent, subscription: SUBSCRIPTION, fingerprint: fingerprint(EXPIRED_TOKEN) };
  const deadline = performance.now() + LEARNED_MS;
  for (;;) {
    const reply = await knell.preflight(request);
    if (reply.answer === 'refused' || performance.now() > deadline) return reply;
    await sleep(50);
  }
}
