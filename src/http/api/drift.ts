import { z } from '@hono/zod-openapi';
import { draftRule } from '../../authoring/draft-rule.ts';
import { driftSource } from '../../authoring/draft-source.ts';
import { Draft, DriftReport } from '../../contracts/api/drift.ts';
import { FINGERPRINT, readDrift } from '../../nats/drift-kinds.ts';
import { driftNotices } from '../../nats/notice-history.ts';
import { type ApiApp, ApiProblem, reading } from './api-app.ts';
import type { ApiWorld } from './api-world.ts';

const list = reading('/api/v1/drift', 'Failures that no rule knows, by how often they were seen', DriftReport);
const draft = reading(
  '/api/v1/drift/{fingerprint}/draft',
  'A rule for one of them, to be finished by a person',
  Draft,
  {
    params: z.object({ fingerprint: z.string().regex(FINGERPRINT) }),
  },
);

/** Unknown failures, and drafts of rules for them as `knell rules draft` makes them. */
export function addDrift(app: ApiApp, world: ApiWorld): void {
  app.openapi(list, async (c) =>
    c.json({ schema: 'knell.drift-report/v1' as const, kinds: await readDrift(world) }, 200),
  );
  app.openapi(draft, async (c) => {
    const { fingerprint } = c.req.valid('param');
    const source = driftSource(await driftNotices(world.manager, world.subjects, fingerprint));
    if (!source) throw new ApiProblem(404, 'NOT_FOUND', `no unknown failure is called ${fingerprint}`);
    const yaml = draftRule(source);
    return c.json(
      {
        schema: 'knell.draft/v1' as const,
        file: `${/^pack: (.+)$/m.exec(yaml)?.[1] ?? 'draft'}.yaml`,
        yaml,
        log: /^ {8}- lines: (.+?)(?: # DECIDE.*)?$/m.exec(yaml)?.[1]?.replace(/^'|'$/g, '').replaceAll("''", "'") ?? '',
        runtime: source.runtime,
      },
      200,
    );
  });
}
