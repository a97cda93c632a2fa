import { z } from '@hono/zod-openapi';
import { archiveOf } from '../../bundles/archive.ts';
import { bundleOf } from '../../bundles/build-bundle.ts';
import { loadBundle } from '../../bundles/load-bundle.ts';
import { moveOn } from '../../bundles/move-on.ts';
import { obstacleToPointer } from '../../bundles/pointer.ts';
import { followingOf, previousOf } from '../../bundles/read-past.ts';
import { PromoteCandidate, PublishCandidate, RollBack } from '../../contracts/api/acts.ts';
import { CandidateReport, RuleDetail, RulesReport } from '../../contracts/api/rules.ts';
import { WorkbenchRequest } from '../../contracts/api/workbench.ts';
import { formatTime } from '../../contracts/time.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import { createCandidateReader } from '../rules/candidate.ts';
import { countRules } from '../rules/count-rules.ts';
import { activePast, filesInForce, lastPublished, loadPublished } from '../rules/rules-in-use.ts';
import { asRulesFiles, withFile } from '../workbench/rules-files.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { act } from './act.ts';
import { type ApiApp, ApiProblem, reading } from './api-app.ts';
import type { ApiWorld } from './api-world.ts';
import { keepWaiting } from './keep-waiting.ts';

const show = reading('/api/v1/rules', 'Which rules are published, who runs them, and what each did', RulesReport);
const detail = reading(
  '/api/v1/rules/entries/{pack}/{id}',
  'One cause or rule with its conditions and examples',
  RuleDetail,
  {
    params: z.object({ pack: z.string().max(100), id: z.string().max(200) }),
  },
);
const candidate = reading('/api/v1/rules/candidate', 'The candidate beside the active rules', CandidateReport);
const publish = {
  path: '/api/v1/rules/candidate',
  summary: 'Name the rules in force with one file changed as the candidate',
  asks: PublishCandidate,
  audit: 'candidate published',
};
const promote = {
  path: '/api/v1/rules/promote',
  summary: 'Make the candidate active',
  asks: PromoteCandidate,
  audit: 'candidate promoted',
};
const rollback = {
  path: '/api/v1/rules/rollback',
  summary: 'Go back to the rules that were active before',
  asks: RollBack,
  audit: 'rules rolled back',
};

/** How many moves of `active` an answer holds. */
const MOVES = 20;

/** What `knell rules status`, `report`, `diff`, `publish --candidate`, `promote` and `rollback` do. */
export function addRules(app: ApiApp, world: ApiWorld, fleet: FleetView, workbench: Workbench): void {
  const readCandidate = createCandidateReader(world, workbench);
  const entries = async () =>
    countRules(world.rules(), (await fleet.runs()).all(), world.fleetMode(), world.ruleCosts());

  app.openapi(show, async (c) => {
    const { pointers, workers } = await world.rulesStores();
    const names = await pointers.names();
    const read = await Promise.all(names.map((name) => pointers.get(name)));
    const [history, running, rules] = await Promise.all([pointers.history('active'), workers.list(), entries()]);
    return c.json(
      {
        schema: 'knell.rules-report/v1' as const,
        pointers: read.flatMap((entry) => entry?.pointer ?? []),
        history: history.toReversed().slice(0, MOVES),
        workers: [...running],
        packs: world.rules().packs.map(({ pack, version }) => ({ pack, version })),
        rules,
      },
      200,
    );
  });
  app.openapi(detail, async (c) => {
    keepWaiting(c);
    const { pack, id } = c.req.valid('param');
    const key = `${pack}/${id}`;
    const entry = (await entries()).find((each) => each.key === key);
    const found = entry && (await workbench.run('describe', { files: await filesInForce(world), key }));
    if (!entry || !found) throw new ApiProblem(404, 'NOT_FOUND', `no rule in force is called ${key}`);
    return c.json({ ...found, entry }, 200);
  });
  app.openapi(candidate, async (c) => {
    keepWaiting(c);
    return c.json((await readCandidate()).report, 200);
  });

  const stamp = (by: string) => ({ by: `page: ${by}`, at: formatTime(world.clock.now()) });
  act(app, world, publish, async ({ file, by, why }) => {
    const { file: named } = WorkbenchRequest.shape.file.unwrap().safeParse(file).success
      ? { file }
      : { file: undefined };
    if (!named) throw new ApiProblem(400, 'BAD_REQUEST', 'name a file such as mine.yaml');
    const files = asRulesFiles(withFile(await filesInForce(world), named));
    const { digest, bytes } = archiveOf(bundleOf(files, world.version, []));
    const opened = loadBundle(bytes, digest, world.load);
    if ('refusals' in opened) {
      const reasons = opened.refusals.map(({ code, message }) => `${code}: ${message}`);
      throw new ApiProblem(409, 'REFUSED', 'the rules can not be used', reasons);
    }
    const stores = await world.rulesStores();
    await stores.bundles.put(digest, bytes);
    const active = await lastPublished(world);
    const about = { name: 'candidate', action: 'publish', digest, why, ...stamp(by) } as const;
    const move = { ...about, ...followingOf(await activePast(world), digest, active?.digest) };
    await moveOn(stores, move, await stores.pointers.get('candidate'), world.rulesSigning);
    return { message: `The candidate is ${digest.slice(0, 12)}.`, digest };
  });
  act(app, world, promote, async ({ digest, force, by, why }) => {
    const { report, pointer } = await readCandidate();
    const untrusted = obstacleToPointer(pointer, world.rulesSigning?.trusted, 0);
    if (untrusted) throw new ApiProblem(409, 'REFUSED', untrusted.message);
    if (report.to !== digest)
      throw new ApiProblem(409, 'REFUSED', 'the candidate has changed meanwhile: look at it again');
    const { doubts, obstacles, evidence } = report;
    if (obstacles.length > 0 || (doubts.length > 0 && !force)) {
      throw new ApiProblem(409, 'REFUSED', 'the candidate was not promoted', [...obstacles, ...doubts]);
    }
    const stores = await world.rulesStores();
    const active = await stores.pointers.get('active');
    const known = await lastPublished(world);
    const counted = `${why} (${evidence.right} right, ${evidence.wrong} wrong, ${evidence.unknown} unknown)`;
    await moveOn(
      stores,
      {
        name: 'active',
        action: 'promote',
        digest,
        ...followingOf(await activePast(world), digest, known?.digest),
        why: doubts.length > 0 ? `${counted}; forced although: ${doubts.join('; ')}` : counted,
        ...stamp(by),
      },
      active,
      world.rulesSigning,
    );
    return { message: `${digest.slice(0, 12)} is active.`, digest };
  });
  act(app, world, rollback, async ({ by, why }) => {
    const stores = await world.rulesStores();
    const active = await stores.pointers.get('active');
    const { moves, verified } = await activePast(world);
    const digest = verified === 'none' ? undefined : moves.at(-1)?.previous;
    if (digest === undefined)
      throw new ApiProblem(409, 'REFUSED', 'nothing was active before, or nobody who is known here has signed it');
    if (!(await loadPublished(world, digest)))
      throw new ApiProblem(409, 'REFUSED', 'what was active before can not be run');
    const previous = previousOf(moves, digest);
    const about = { name: 'active', action: 'rollback', digest, why, ...stamp(by) } as const;
    await moveOn(stores, { ...about, ...(previous !== undefined && { previous }) }, active, world.rulesSigning);
    return { message: `${digest.slice(0, 12)} is active again.`, digest };
  });
}
