import { FleetMode } from '../../contracts/fleet-mode.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import type { FleetModeStore } from '../../pipeline/ports/ports.ts';
import type { Bucket } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';
import { watchBucket } from './watch-bucket.ts';

const KEY = 'mode';
/** The fleet's mode in the key-value bucket `knell_fleet`. An entry that can't be read counts as none. */
export function createFleetModeStore(bucket: Bucket): FleetModeStore {
  const parse = (data: Uint8Array): FleetMode | undefined => FleetMode.safeParse(parseJson(data)).data;
  return {
    async get() {
      const entry = await bucket.get(KEY);
      const mode = entry?.operation === 'PUT' ? parse(entry.value) : undefined;
      return entry && mode ? { mode, revision: entry.revision } : undefined;
    },
    put: (mode, revision) => putIfUnchanged(bucket, KEY, JSON.stringify(mode), revision),
    async watch(listener) {
      const current = await this.get();
      if (current) listener(current.mode);
      const { stop } = await watchBucket(
        bucket,
        ({ operation, value }) => {
          const mode = operation === 'PUT' ? parse(value) : undefined;
          if (mode) listener(mode);
        },
        { key: KEY },
      );
      return stop;
    },
  };
}
