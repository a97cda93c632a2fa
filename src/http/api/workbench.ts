import { z } from '@hono/zod-openapi';
import { RuleWords, WorkbenchRequest, WorkbenchResult } from '../../contracts/api/workbench.ts';
import { isFromElsewhere } from '../access.ts';
import { filesInForce } from '../rules/rules-in-use.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { type ApiApp, ApiProblem, askedBy, posting, reading } from './api-app.ts';
import type { ApiWorld } from './api-world.ts';
import { keepWaiting } from './keep-waiting.ts';

const tryOut = posting(
  '/api/v1/workbench',
  'Read a log with the rules in force and a file of your own',
  WorkbenchRequest,
  WorkbenchResult,
  'reading',
);
const words = reading('/api/v1/workbench/words', 'What may stand in a rules file', RuleWords);
const File = z
  .object({ schema: z.literal('knell.rules-file/v1'), name: z.string(), yaml: z.string() })
  .meta({ id: 'RulesFile' });
const file = reading('/api/v1/workbench/file', 'A file of the rules in force', File, {
  query: z.object({ name: z.string().max(120) }),
});

/** Trying rules on a log: nothing is changed by it, and it is done in a thread of its own. */
export function addWorkbench(app: ApiApp, world: ApiWorld, workbench: Workbench): void {
  app.openapi(tryOut, async (c) => {
    if (isFromElsewhere(askedBy(c))) throw new ApiProblem(403, 'OTHER_ORIGIN', 'the request comes from another site');
    const request = c.req.valid('json');
    keepWaiting(c);
    return c.json(await workbench.run('try', { files: await filesInForce(world), request }), 200);
  });
  app.openapi(words, async (c) => {
    keepWaiting(c);
    return c.json(await workbench.run('words', { files: await filesInForce(world) }), 200);
  });
  app.openapi(file, async (c) => {
    const { name } = c.req.valid('query');
    const files = await filesInForce(world);
    const yaml = Object.hasOwn(files, name) ? files[name] : undefined;
    if (yaml === undefined) throw new ApiProblem(404, 'NOT_FOUND', `the rules in force have no file ${name}`);
    return c.json({ schema: 'knell.rules-file/v1' as const, name, yaml }, 200);
  });
}
