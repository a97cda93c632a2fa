import { z } from '@hono/zod-openapi';
import { RunLines, RunReport } from '../../contracts/api/run-report.ts';
import { RunFilter, RunPage } from '../../contracts/api/run-row.ts';
import { parseRunKey, type Run } from '../../contracts/run.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import { createLineReader } from '../fleet/read-lines.ts';
import { reportRun } from '../fleet/report-run.ts';
import { type ApiApp, ApiProblem, reading } from './api-app.ts';
import type { ApiWorld } from './api-world.ts';

const RunKey = z.object({ run: z.string().max(300) });
const MAX_PAGE = 2_000;

const listRuns = reading('/api/v1/runs', 'Runs that are remembered, newest first', RunPage, {
  query: RunFilter.extend({
    after: z.string().max(400).optional(),
    limit: z.coerce.number<string>().int().min(1).max(MAX_PAGE).default(200),
  }),
});
const showRun = reading('/api/v1/runs/{run}', 'All that is known of one run', RunReport, { params: RunKey });
const showLines = reading('/api/v1/runs/{run}/lines', 'What the run said, with who spoke', RunLines, {
  params: RunKey,
  query: z.object({
    from: z.coerce.number<string>().int().min(0).default(0),
    limit: z.coerce.number<string>().int().min(1).max(2_000).default(500),
  }),
});

/** The list of runs, one run, and its lines. */
export function addRuns(app: ApiApp, world: ApiWorld, fleet: FleetView): void {
  const lines = createLineReader(world);
  app.openapi(listRuns, async (c) => {
    const { after, limit, ...filter } = c.req.valid('query');
    return c.json((await fleet.runs()).page(filter, after, limit), 200);
  });
  app.openapi(showRun, async (c) => {
    const run = runIn(c.req.valid('param').run);
    const report = await reportRun(world, run, await fleet.runs(), (await lines.read(run)).raw);
    if (!report) throw unknownRun(c.req.valid('param').run);
    return c.json(report, 200);
  });
  app.openapi(showLines, async (c) => {
    const { from, limit } = c.req.valid('query');
    const run = runIn(c.req.valid('param').run);
    const { total, cut, page, runtime } = await lines.read(run);
    const next = from + limit < total ? from + limit : null;
    return c.json({ schema: 'knell.run-lines/v1' as const, runtime, total, cut, lines: page(from, limit), next }, 200);
  });
}

function runIn(key: string): Run {
  const run = parseRunKey(key);
  if (!run)
    throw new ApiProblem(404, 'NOT_FOUND', 'this names no run: write agent.execution.attempt, e.g. builder.e42.1');
  return run;
}

function unknownRun(key: string): ApiProblem {
  return new ApiProblem(
    404,
    'NOT_FOUND',
    `nothing is known of ${key}: it said nothing that mattered, and no run event came`,
  );
}
