import type { StoredRun } from '../../authoring/replay/replay-run.ts';
import { durationMs } from '../../contracts/duration.ts';
import { runKey } from '../../contracts/run.ts';
import { loggedRuns } from '../../nats/logged-runs.ts';
import type { RunEnding } from '../../nats/run-ending.ts';
import { readEnvironment, UsageError } from '../../service/config.ts';
import { withNats } from '../with-nats.ts';

/**
 * Does something with each run in the stream that has said anything lately, one after the other.
 *
 * @param since a span of time such as `24h`
 * @throws {UsageError} when it is none
 */
export async function eachStoredRun(
  nats: string | undefined,
  since: string,
  use: (run: StoredRun, ending: RunEnding) => Promise<void>,
): Promise<void> {
  const sinceMs = sinceMoment(since);
  const { KNELL_CODEC } = readEnvironment(process.env);
  await withNats(nats, async (connection, subjects) => {
    const runs = loggedRuns(connection, subjects, sinceMs, KNELL_CODEC);
    for await (const { run, runtime, atMs, ending, chunks } of runs) {
      const { ended, exit } = ending;
      await use({ name: runKey(run), run, runtime, atMs, ended, exit: exit && howOf(exit), chunks }, ending);
    }
  });
}

/** Epoch milliseconds. @throws {UsageError} when the text is no span of time */
export function sinceMoment(since: string): number {
  try {
    return Date.now() - durationMs(since);
  } catch (cause) {
    throw new UsageError(`--since: ${(cause as Error).message}`, { cause });
  }
}

function howOf({ code, signal }: NonNullable<RunEnding['exit']>): StoredRun['exit'] {
  return { ...(code !== undefined && { code }), ...(signal !== undefined && { signal }) };
}
