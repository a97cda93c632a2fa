import type { WouldAbort } from '../../authoring/replay/evidence.ts';
import { tryCandidate } from '../../authoring/replay/try-candidate.ts';
import type { RulesPointer } from '../../contracts/rules-pointer.ts';
import { loggedRuns } from '../../nats/logged-runs.ts';
import { candidateRecords } from '../../nats/would-aborts.ts';
import { readEnvironment } from '../../service/config.ts';
import { createProgress } from '../terminal/progress.ts';
import { withNats } from '../with-nats.ts';
import type { OpenBundle } from './open-bundle.ts';
import { openPublished, withRules } from './published.ts';

/** A candidate, and what became of the runs that it would have ended. */
export interface CandidateEvidence {
  readonly pointer: RulesPointer;
  readonly bundle: OpenBundle;
  readonly runs: readonly WouldAbort[];
}

/** What workers recorded of the candidate, and the candidate on the runs in the stream; undefined where there is none. */
export async function candidateEvidence(
  nats: string | undefined,
  sinceMs: number,
): Promise<CandidateEvidence | undefined> {
  const found = await withRules(nats, async (stores) => {
    const pointer = (await stores.pointers.get('candidate'))?.pointer;
    return pointer?.digest === undefined ? undefined : { pointer, bundle: await openPublished(stores, pointer.digest) };
  });
  if (!found) return undefined;
  const { digest, loaded } = found.bundle;
  const progress = createProgress(process.stderr, 'runs');
  const { KNELL_CODEC: unlabelled } = readEnvironment(process.env);
  const { runs } = await withNats(nats, async (connection, subjects) =>
    tryCandidate({
      digest,
      rules: loaded.ruleSet,
      records: candidateRecords(await connection.jetstreamManager(), subjects),
      runs: loggedRuns(connection, subjects, sinceMs, unlabelled),
      nowMs: Date.now(),
      unlabelled,
      onRun: (tried) => progress.show(tried, tried),
    }),
  );
  progress.clear();
  return { ...found, runs };
}
