import { type Evidence, obstaclesToPromotion, promotionPolicy } from '../../authoring/replay/evidence.ts';
import { diffRules } from '../../bundles/diff-rules.ts';
import { obstaclesToFirstPublishing, obstaclesToPublishing } from '../../bundles/publishing-obstacles.ts';
import type { CandidateReport } from '../../contracts/api/rules.ts';
import type { RulesPointer } from '../../contracts/rules-pointer.ts';
import { loadFiles } from '../../ruleset/load/load-rules.ts';
import { ApiProblem } from '../api/api-app.ts';
import type { ApiWorld } from '../api/api-world.ts';
import { asRulesFiles } from '../workbench/rules-files.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { diffLines } from './diff-lines.ts';
import { filesInForce, lastPublished, loadPublished } from './rules-in-use.ts';

/** How long it counts what a candidate did on the stored runs, in milliseconds. */
const WEIGHED_MS = 5 * 60_000;

type Weighed = Evidence & { readonly tried: number };

/** Looks at candidates; what was weighed lately is not weighed again. */
export function createCandidateReader(world: ApiWorld, workbench: Workbench) {
  let last: { readonly digest: string; readonly atMs: number; readonly weighed: Promise<Weighed> } | undefined;

  function weigh(digest: string, files: Readonly<Record<string, string>>): Promise<Weighed> {
    const nowMs = world.clock.now();
    if (last?.digest === digest && nowMs - last.atMs < WEIGHED_MS) return last.weighed;
    const { login, unlabelled } = world;
    const place = { login, prefix: world.subjects.prefix, unlabelled };
    const weighed = workbench.run('weigh', { digest, files, place, nowMs });
    weighed.catch(() => {
      last = undefined;
    });
    last = { digest, atMs: nowMs, weighed };
    return weighed;
  }

  /** The candidate beside what is active. @throws {ApiProblem} when there is none, or it can't be run here */
  return async (): Promise<{ report: CandidateReport; pointer: RulesPointer & { readonly digest: string } }> => {
    const pointer = (await (await world.rulesStores()).pointers.get('candidate'))?.pointer;
    if (pointer?.digest === undefined) throw new ApiProblem(404, 'NOT_FOUND', 'there is no candidate');
    const { digest } = pointer;
    const candidate = await loadPublished(world, digest);
    if (!candidate) throw new ApiProblem(409, 'REFUSED', 'the candidate is gone, or this knell can not run it');
    const filesBefore = await filesInForce(world);
    const active = await lastPublished(world);
    const before = active ?? loadFiles(asRulesFiles(filesBefore), world.load);
    const beforePacks = {
      ...before,
      packs: before.packs.map((one) => ('pack' in one && 'source' in one ? one.pack : one)),
    };
    const { changes } = diffRules(beforePacks as Parameters<typeof diffRules>[0], candidate);
    const { tried, ...evidence } = await weigh(digest, candidate.bundle.files);
    const triedMs = world.clock.now() - Date.parse(pointer.at);
    const names = [...new Set([...Object.keys(filesBefore), ...Object.keys(candidate.bundle.files)])].sort();
    const obstacles = active
      ? obstaclesToPublishing(candidate, active, undefined)
      : obstaclesToFirstPublishing(candidate, [{ packs: world.rules().packs.map(({ pack }) => pack) }], undefined);
    const report: CandidateReport = {
      schema: 'knell.candidate-report/v1',
      from: world.rules().digest,
      to: digest,
      changes: changes.map((change) => ({ ...change, fields: [...change.fields] })),
      files: names.flatMap((file) => {
        const lines = diffLines(filesBefore[file] ?? '', candidate.bundle.files[file] ?? '');
        return lines.length === 0 ? [] : [{ file, lines }];
      }),
      evidence: { ...evidence, wrong_runs: [...evidence.wrong_runs] },
      tried_runs: tried,
      doubts: obstaclesToPromotion(evidence, triedMs, promotionPolicy(candidate.packs, active?.packs)),
      obstacles: obstacles.map(({ message }) => message),
    };
    return { report, pointer: { ...pointer, digest } };
  };
}
