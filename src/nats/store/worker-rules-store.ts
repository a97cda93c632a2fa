import type { WorkerRulesStore } from '../../bundles/ports.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { WorkerRules } from '../../contracts/worker-rules.ts';
import { type Bucket, keysOf } from './bucket.ts';

/** What workers say of their rules, in a bucket whose entries the server forgets when they are not renewed. */
export function createWorkerRulesStore(bucket: Bucket): WorkerRulesStore {
  return {
    async put(status) {
      await bucket.put(status.worker, JSON.stringify(status));
    },
    remove: (worker) => bucket.delete(worker),
    async list() {
      const entries = await Promise.all((await keysOf(bucket)).map((key) => bucket.get(key)));
      return entries.flatMap((entry) => (entry?.operation === 'PUT' ? parse(entry.key, entry.value) : []));
    },
  };
}

/** None where a newer knell, or something else, wrote it; and a worker speaks only for itself, under its own name. */
function parse(key: string, data: Uint8Array): WorkerRules[] {
  const parsed = WorkerRules.safeParse(parseJson(data));
  return parsed.success && parsed.data.worker === key ? [parsed.data] : [];
}
