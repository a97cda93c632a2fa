import { bodyLimit } from 'hono/body-limit';
import { Health, Now } from '../../contracts/api/now.ts';
import { createFleetView } from '../fleet/fleet-view.ts';
import type { HttpApp } from '../http-app.ts';
import { createWorkbench } from '../workbench/workbench.ts';
import { ApiProblem, createApiApp, reading } from './api-app.ts';
import type { ApiWorld } from './api-world.ts';
import { addDrift } from './drift.ts';
import { addEvents } from './events.ts';
import { addMode } from './mode.ts';
import { addRules } from './rules.ts';
import { addRuns } from './runs.ts';
import { addSubscriptions } from './subscriptions.ts';
import { addWorkbench } from './workbench.ts';

/** The whole of `/api/v1`. */
export interface Api extends HttpApp {
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;

const showNow = reading('/api/v1/now', 'What happens in the fleet', Now);
const showHealth = reading('/api/v1/health', 'How knell itself is', Health);

/** Makes the API; nothing is read before the first request. */
export function createApi(world: ApiWorld): Api {
  const app = createApiApp(world.access, world.log);
  const fleet = createFleetView(world);
  const workbench = createWorkbench(world.thread);
  // A body without its length can't be limited before it is read: hono's limit fails on one under Node 20.
  app.use('*', async (c, next) => {
    if (c.req.header('transfer-encoding') !== undefined) {
      throw new ApiProblem(411, 'LENGTH_WANTED', 'send the body whole, with a Content-Length');
    }
    await next();
  });
  app.use(
    '*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new ApiProblem(413, 'TOO_LONG', `a request may have ${MAX_BODY_BYTES} bytes`);
      },
    }),
  );
  app.openapi(showNow, async (c) => c.json(await fleet.now(), 200));
  app.openapi(showHealth, async (c) => c.json(await fleet.health(), 200));
  addRuns(app, world, fleet);
  addSubscriptions(app, world, fleet);
  addRules(app, world, fleet, workbench);
  addDrift(app, world);
  addMode(app, world);
  addWorkbench(app, world, workbench);
  addEvents(app, fleet);
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  let described: string | undefined;
  app.get('/api/v1/openapi.json', (c) => {
    // Made once: that takes longer than all other answers, and anybody who may read may ask for it in a loop.
    described ??= JSON.stringify(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'knell',
          version: world.version,
          description: 'Reads need no token on a loopback address; acts need the token of KNELL_HTTP_TOKEN.',
        },
      }),
    );
    return c.body(described, 200, { 'content-type': 'application/json' });
  });
  return {
    fetch: (request, env) => app.fetch(request, env),
    async stop() {
      fleet.stop();
      await workbench.stop();
    },
  };
}
