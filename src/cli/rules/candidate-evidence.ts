import type { WouldAbort } from '../../authoring/replay/evidence.ts';
import { replayRun } from '../../authoring/replay/replay-run.ts';
import type { RulesPointer } from '../../contracts/rules-pointer.ts';
import { createProgress } from '../terminal/progress.ts';
import type { OpenBundle } from './open-bundle.ts';
import { openPublished, withRules } from './published.ts';
import { eachStoredRun } from './stored-runs.ts';

/** A candidate, and what became of the runs that it would have ended. */
export interface CandidateEvidence {
  readonly pointer: RulesPointer;
  readonly bundle: OpenBundle;
  readonly runs: readonly WouldAbort[];
}

/** Tries the candidate on the runs in the stream; undefined where there is no candidate. */
export async function candidateEvidence(
  nats: string | undefined,
  sinceMs: number,
): Promise<CandidateEvidence | undefined> {
  const found = await withRules(nats, async (stores) => {
    const pointer = (await stores.pointers.get('candidate'))?.pointer;
    return pointer?.digest === undefined ? undefined : { pointer, bundle: await openPublished(stores, pointer.digest) };
  });
  if (!found) return undefined;
  const progress = createProgress(process.stderr, 'runs');
  const runs: WouldAbort[] = [];
  let read = 0;
  await eachStoredRun(nats, sinceMs, async (stored, { ended, atMs }) => {
    const { verdict } = await replayRun(stored, found.bundle.loaded.ruleSet);
    read += 1;
    progress.show(read, read);
    if (!verdict.abort) return;
    const laterMs = atMs === undefined || verdict.abort_ms === null ? undefined : atMs - verdict.abort_ms;
    runs.push({ run: stored.name, rule: verdict.rule ?? '', ended, laterMs });
  });
  progress.clear();
  return { ...found, runs };
}
