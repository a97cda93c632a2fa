import { z } from '@hono/zod-openapi';
import { ClearSubscription } from '../../contracts/api/acts.ts';
import { SubscriptionStatuses } from '../../contracts/api/subscriptions.ts';
import type { SubscriptionRecord } from '../../contracts/subscription.ts';
import { SubscriptionChanged } from '../../contracts/subscription-api.ts';
import { alternativesTo } from '../../subscriptions/preflight/alternatives.ts';
import { answerPreflight } from '../../subscriptions/preflight/preflight.ts';
import { answerApi } from '../../subscriptions/subscription-api.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import { windowsOf } from '../fleet/usage-windows.ts';
import { act } from './act.ts';
import { type ApiApp, ApiProblem, reading } from './api-app.ts';
import type { ApiWorld } from './api-world.ts';

/** An answer holds so many at most: the troubled ones first. */
const MAX_SHOWN = 500;
const LIVING = new Set(['running', 'suspected', 'silent']);

const list = reading('/api/v1/subscriptions', 'Subscriptions, the troubled ones first', SubscriptionStatuses, {
  query: z.object({ q: z.string().max(200).optional() }),
});
const clear = {
  path: '/api/v1/subscriptions/clear',
  summary: "Forget what is held against a subscription's token",
  asks: ClearSubscription,
  audit: 'subscription cleared',
};

/** Subscriptions and what may be done about them. */
export function addSubscriptions(app: ApiApp, world: ApiWorld, fleet: FleetView): void {
  const { view } = world.subscriptions;
  app.openapi(list, async (c) => {
    if (!view.ready) throw new ApiProblem(503, 'UNAVAILABLE', 'the registry of subscriptions is not loaded yet');
    const q = c.req.valid('query').q?.toLowerCase();
    const fits = (record: SubscriptionRecord): boolean =>
      record.removed_at === null &&
      (q === undefined ||
        `${record.id} ${record.name} ${record.provider} ${record.agents.join(' ')}`.toLowerCase().includes(q));
    const { records } = view.page(undefined, Number.MAX_SAFE_INTEGER, fits);
    const [runs, notices] = await Promise.all([fleet.runs(), fleet.notices()]);
    const running = new Map<string, number>();
    for (const { phase, subscription } of runs.all()) {
      if (subscription !== undefined && LIVING.has(phase))
        running.set(subscription, (running.get(subscription) ?? 0) + 1);
    }
    const nowMs = world.clock.now();
    const worst = records.toSorted((a, b) => troubleOf(b, nowMs) - troubleOf(a, nowMs) || (a.id < b.id ? -1 : 1));
    const subscriptions = worst.slice(0, MAX_SHOWN).map((record) => {
      const { reply } = answerPreflight({ subscription: record.id }, view, nowMs);
      return {
        record,
        answer: reply.answer,
        reason: reply.reason,
        until: reply.until,
        alternatives: reply.answer === 'serviceable' ? [] : alternativesTo(record, undefined, view, nowMs),
        windows: windowsOf(record.id, notices.all()),
        running: running.get(record.id) ?? 0,
      };
    });
    return c.json(
      { schema: 'knell.subscription-statuses/v1' as const, subscriptions, more: worst.length - subscriptions.length },
      200,
    );
  });
  act(app, world, clear, async ({ id, kind, by }) => {
    // Setting what is not there would make it.
    if (!view.get({ kind, id })) throw new ApiProblem(404, 'NOT_FOUND', `there is no subscription ${id}`);
    const answer = await answerApi(
      world.subscriptions,
      'set',
      Buffer.from(JSON.stringify({ id, kind, by: `page: ${by}`, clear: true })),
    );
    const changed = SubscriptionChanged.safeParse(answer);
    if (!changed.success)
      throw new ApiProblem(404, 'NOT_FOUND', 'message' in answer ? answer.message : 'nothing changed');
    return { message: `Nothing is held against ${id} any more.` };
  });
}

/** How much a person should look at it: refused, then being tried, then ending soon. */
function troubleOf({ breaker, health, expires_at }: SubscriptionRecord, nowMs: number): number {
  if (breaker.state === 'open') return 4;
  if (breaker.state === 'half_open') return 3;
  if (health.state === 'failing') return 2;
  const leftMs = expires_at ? Date.parse(expires_at.at) - nowMs : Number.POSITIVE_INFINITY;
  return leftMs < 14 * 86_400_000 ? 1 : 0;
}
