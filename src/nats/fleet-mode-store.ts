import { type KV, NatsError } from 'nats';
import { FleetMode } from '../contracts/fleet-mode.ts';
import type { FleetModeStore } from '../pipeline/ports.ts';

const KEY = 'mode';
const WRONG_LAST_SEQUENCE = 10071;

/** The fleet's mode in the key-value bucket `knell_fleet`. An entry that can't be read counts as none. */
export function createFleetModeStore(bucket: KV): FleetModeStore {
  const parse = (data: Uint8Array): FleetMode | undefined => {
    try {
      return FleetMode.parse(JSON.parse(Buffer.from(data).toString('utf8')));
    } catch {
      return undefined;
    }
  };
  return {
    async get() {
      const entry = await bucket.get(KEY);
      const mode = entry?.operation === 'PUT' ? parse(entry.value) : undefined;
      return entry && mode ? { mode, revision: entry.revision } : undefined;
    },
    async put(mode, revision) {
      try {
        const data = JSON.stringify(mode);
        await (revision === 0 ? bucket.create(KEY, data) : bucket.update(KEY, data, revision));
        return true;
      } catch (error) {
        if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) return false;
        throw error;
      }
    },
    async watch(listener) {
      const current = await this.get();
      if (current) listener(current.mode);
      const entries = await bucket.watch({ key: KEY });
      void (async () => {
        for await (const entry of entries) {
          const mode = entry.operation === 'PUT' ? parse(entry.value) : undefined;
          if (mode) listener(mode);
        }
      })();
      return () => entries.stop();
    },
  };
}
