import type { StoredRun } from '../../authoring/replay/replay-run.ts';
import { loggedRuns } from '../../nats/logged-runs.ts';
import type { RunEnding } from '../../nats/run-ending.ts';
import { readEnvironment } from '../../service/config.ts';
import { withNats } from '../with-nats.ts';

/**
 * Does something with each run in the stream that has said anything since a moment, one after the other.
 *
 * @param sinceMs epoch milliseconds
 */
export async function eachStoredRun(
  nats: string | undefined,
  sinceMs: number,
  use: (run: StoredRun) => Promise<void>,
): Promise<void> {
  const { KNELL_CODEC } = readEnvironment(process.env);
  await withNats(nats, async (connection, subjects) => {
    const runs = loggedRuns(connection, subjects, sinceMs, KNELL_CODEC);
    for await (const { run, name, runtime, atMs, ending, chunks } of runs) {
      const { ended, exit } = ending;
      await use({ name, run, runtime, atMs, ended, exit: exit && howOf(exit), chunks });
    }
  });
}

function howOf({ code, signal }: NonNullable<RunEnding['exit']>): StoredRun['exit'] {
  return { ...(code !== undefined && { code }), ...(signal !== undefined && { signal }) };
}
