import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { LiveEvent } from '../../contracts/api/live-event.ts';
import type { RunRow } from '../../contracts/api/run-row.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import { type ApiApp, type ApiEnv, ApiProblem } from './api-app.ts';

/** As many pages may listen at once. */
const MAX_LISTENERS = 64;
/** Changes of runs are gathered for so long: a page can't show more than four pictures of them a second. Milliseconds. */
const GATHER_MS = 250;
/** Something is sent at least this often, which keeps the connection from being cut off as idle. */
const HEALTH_MS = 2_000;
/** A listener that takes nothing for so long is cut off, and asks anew: what it has not read yet would be kept for it. */
const STUCK_MS = 15_000;
/** As many notices wait for a listener, the latest. */
const MAX_PENDING = 500;

/** `/events`: server-sent events, each a `LiveEvent`. What was before is asked for elsewhere. */
export function addEvents(app: ApiApp, fleet: FleetView): void {
  let listeners = 0;
  app.openAPIRegistry.registerPath(EVENTS);
  app.get('/api/v1/events', async (c: Context<ApiEnv>) => {
    if (listeners >= MAX_LISTENERS) throw new ApiProblem(429, 'BUSY', `${MAX_LISTENERS} pages listen already`);
    // Before anything is waited for: else all who come at once are let in.
    listeners += 1;
    const [runs, notices] = await Promise.all([fleet.runs(), fleet.notices()]).catch((error: unknown) => {
      listeners -= 1;
      throw error;
    });
    const { socket } = c.env.incoming;
    // Bytes that are not taken are no activity, so this cuts off who does not read as well.
    socket.setTimeout(STUCK_MS);
    const letGo = fleet.hold();
    return streamSSE(c, async (stream) => {
      const changed = new Map<string, RunRow>();
      const pending: LiveEvent[] = [];
      const stops = [
        runs.watch((row) => changed.set(row.run, row)),
        notices.watch((notice) => {
          pending.push({ type: 'notice', notice });
          if (pending.length > MAX_PENDING) pending.shift();
        }),
      ];
      const send = (event: LiveEvent) => stream.writeSSE({ event: event.type, data: JSON.stringify(event) });
      let isOver = false;
      stream.onAbort(() => {
        isOver = true;
      });
      try {
        for (let healthDueMs = 0; !isOver; ) {
          const nowMs = performance.now();
          if (nowMs >= healthDueMs) {
            healthDueMs = nowMs + HEALTH_MS;
            await send({ type: 'health', health: await fleet.health() });
          }
          for (const event of pending.splice(0)) await send(event);
          if (changed.size > 0) {
            const rows = [...changed.values()];
            changed.clear();
            await send({ type: 'runs', rows });
          }
          await stream.sleep(GATHER_MS);
        }
      } finally {
        for (const stop of stops) stop();
        letGo();
        listeners -= 1;
      }
    });
  });
}

const EVENTS = {
  method: 'get' as const,
  path: '/api/v1/events',
  summary: 'What happens, as server-sent events; the data of each is a LiveEvent',
  tags: ['reading'],
  responses: { 200: { description: 'It does not end', content: { 'text/event-stream': { schema: LiveEvent } } } },
};
