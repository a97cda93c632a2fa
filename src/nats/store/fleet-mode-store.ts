import { FleetMode, NO_FLEET_MODE } from '../../contracts/fleet-mode.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import type { FleetModeStore } from '../../pipeline/ports/ports.ts';
import { type Bucket, valuesOf } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';
import { watchBucket } from './watch-bucket.ts';

const KEY = 'mode';

const UNREADABLE: FleetMode = { ...NO_FLEET_MODE, mode: 'shadow' };

/**
 * The fleet's mode in the key-value bucket `knell_fleet`. Where the newest entry can't be read, the last readable one holds, and
 * is replaced as the newest: junk under the key neither ends a shadow mode nor keeps a change out. Where none is left to read,
 * the fleet is in shadow, since knell can't know what a person had decided.
 */
export function createFleetModeStore(bucket: Bucket): FleetModeStore {
  const parse = (data: Uint8Array): FleetMode | undefined => FleetMode.safeParse(parseJson(data)).data;
  return {
    async get() {
      const entry = await bucket.get(KEY);
      if (entry?.operation !== 'PUT') return undefined;
      const mode = parse(entry.value) ?? (await valuesOf(bucket, KEY)).map(parse).findLast((one) => one !== undefined);
      return { mode: mode ?? UNREADABLE, revision: entry.revision };
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
