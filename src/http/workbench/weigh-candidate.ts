import { type Evidence, weigh } from '../../authoring/replay/evidence.ts';
import { replayRun } from '../../authoring/replay/replay-run.ts';
import type { UnlabelledCodec } from '../../contracts/log-headers.ts';
import { runKey } from '../../contracts/run.ts';
import { createSubjects } from '../../contracts/subjects.ts';
import { createLogger } from '../../logging/logger.ts';
import type { Login } from '../../login/login.ts';
import { connectNats } from '../../nats/connection.ts';
import { loggedRuns } from '../../nats/logged-runs.ts';
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

/** Tries rules on the runs that the log stream holds, as `knell rules report` does, over a connection of its own. */
export async function weighCandidate(
  files: RulesTexts,
  { login, prefix, unlabelled }: StoredRunsPlace,
  load: LoadOptions,
  nowMs: number,
): Promise<Evidence & { readonly tried: number }> {
  const { ruleSet } = loadFiles(asRulesFiles(files), load);
  if (!ruleSet) throw new Error('the candidate can not be run by this knell');
  const connection = await connectNats({ login, name: 'knell page', log: createLogger('silent') });
  try {
    const found = [];
    let tried = 0;
    for await (const stored of loggedRuns(connection, createSubjects(prefix), nowMs - SINCE_MS, unlabelled)) {
      const { run, runtime, atMs, ending, chunks } = stored;
      const { ended, exit } = ending;
      const about = exit && {
        ...(exit.code !== undefined && { code: exit.code }),
        ...(exit.signal !== undefined && { signal: exit.signal }),
      };
      const { verdict } = await replayRun(
        { name: runKey(run), run, runtime, atMs, ended, exit: about, chunks },
        ruleSet,
      );
      tried += 1;
      if (!verdict.abort) continue;
      const laterMs =
        ending.atMs === undefined || verdict.abort_ms === null ? undefined : ending.atMs - verdict.abort_ms;
      found.push({ run: runKey(run), rule: verdict.rule ?? '', ended, laterMs });
    }
    return { ...weigh(found), tried };
  } finally {
    await connection.close();
  }
}
