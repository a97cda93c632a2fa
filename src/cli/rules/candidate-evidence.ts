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

/**
 * What workers recorded of the candidate, and the candidate on the runs in the stream; undefined where there is none.
 *
 * @param accept throws where the pointer is not to be gone by, before any run is read
 */
export async function candidateEvidence(
  nats: string | undefined,
  sinceMs: number,
  accept: (pointer: RulesPointer) => void = () => undefined,
): Promise<CandidateEvidence | undefined> {
  const found = await withRules(nats, async (stores) => {
    const pointer = (await stores.pointers.get('candidate'))?.pointer;
    if (pointer?.digest === undefined) return undefined;
    accept(pointer);
    return { pointer, bundle: await openPublished(stores, pointer.digest) };
  });
  if (!found) return undefined;
  return { ...found, runs: await triedOn(nats, sinceMs, found.bundle) };
}

async function triedOn(
  nats: string | undefined,
  sinceMs: number,
  { digest, loaded }: OpenBundle,
): Promise<readonly WouldAbort[]> {
  const progress = createProgress(process.stderr, 'runs');
  const { KNELL_CODEC: unlabelled } = readEnvironment(process.env);
  const tryOn = (storedSinceMs: number | undefined) =>
    withNats(nats, async (connection, subjects) =>
      tryCandidate({
        digest,
        rules: loaded.ruleSet,
        records: candidateRecords(await connection.jetstreamManager(), subjects),
        runs: storedSinceMs === undefined ? none() : loggedRuns(connection, subjects, storedSinceMs, unlabelled),
        nowMs: Date.now(),
        unlabelled,
        onRun: (tried) => progress.show(tried),
      }),
    );
  try {
    return (await tryOn(sinceMs)).runs;
  } catch (error) {
    if ((error as { code?: string }).code !== 'NATS_FORBIDDEN') throw error;
    // Whoever may judge a candidate need not be let read what agents print.
    const { runs } = await tryOn(undefined);
    process.stderr.write('knell: this login may not read KNELL_LOGS: only what workers have recorded counts\n');
    return runs;
  } finally {
    progress.clear();
  }
}

async function* none(): AsyncGenerator<never> {}
