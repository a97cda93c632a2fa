import { type Evidence, weigh } from '../../authoring/replay/evidence.ts';
import { tryCandidate } from '../../authoring/replay/try-candidate.ts';
import type { UnlabelledCodec } from '../../contracts/log-headers.ts';
import { createSubjects } from '../../contracts/subjects.ts';
import { createLogger } from '../../logging/logger.ts';
import type { Login } from '../../login/login.ts';
import { connectNats } from '../../nats/connection.ts';
import { loggedRuns } from '../../nats/logged-runs.ts';
import { candidateRecords } from '../../nats/would-aborts.ts';
import { type LoadOptions, loadFiles } from '../../ruleset/load/load-rules.ts';
import { asRulesFiles, type RulesTexts } from './rules-files.ts';

/** Where the stored runs are. */
export interface StoredRunsPlace {
  readonly login: Login;
  readonly prefix: string;
  readonly unlabelled?: UnlabelledCodec;
}

/** How much of the stream is tried, by the runs' last words. */
const SINCE_MS = 72 * 3_600_000;

/** What became of the runs that the candidate would have ended, as `knell rules report` counts it, over a connection of its own. */
export async function weighCandidate(
  { digest, files }: { readonly digest: string; readonly files: RulesTexts },
  { login, prefix, unlabelled }: StoredRunsPlace,
  load: LoadOptions,
  nowMs: number,
): Promise<Evidence & { readonly tried: number }> {
  const { ruleSet } = loadFiles(asRulesFiles(files), load);
  if (!ruleSet) throw new Error('the candidate can not be run by this knell');
  const connection = await connectNats({ login, name: 'knell page', log: createLogger('silent') });
  try {
    const subjects = createSubjects(prefix);
    const { runs, tried } = await tryCandidate({
      digest,
      rules: ruleSet,
      records: candidateRecords(await connection.jetstreamManager(), subjects),
      runs: loggedRuns(connection, subjects, nowMs - SINCE_MS, unlabelled),
      nowMs,
      unlabelled,
    });
    return { ...weigh(runs), tried };
  } finally {
    await connection.close();
  }
}
