import { LogPauses } from '../../contracts/log-pauses.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import type { Bucket } from './bucket.ts';

/** The pauses of the log stream, over all workers and restarts. */
export interface LogPausesStore {
  /** Undefined where none is known, or what stands there is something else. */
  get(): Promise<LogPauses | undefined>;
  put(pauses: LogPauses): Promise<void>;
}

const KEY = 'log_pauses';

/** Keeps the pauses in the key-value bucket `knell_fleet`. All workers see the same ones, so the last writer's are as good as any's. */
export function createLogPausesStore(bucket: Bucket): LogPausesStore {
  return {
    async get() {
      const entry = await bucket.get(KEY);
      return entry?.operation === 'PUT' ? LogPauses.safeParse(parseJson(entry.value)).data : undefined;
    },
    async put(pauses) {
      await bucket.put(KEY, JSON.stringify(pauses));
    },
  };
}
