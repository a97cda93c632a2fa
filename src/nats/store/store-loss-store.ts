import { parseJson } from '../../contracts/parse-json.ts';
import { StoreLoss } from '../../contracts/store-loss.ts';
import type { Bucket } from './bucket.ts';

/** That the server has lost what was stored, which nothing in the new store shows: a server that is set up for the first time looks the same. */
export interface StoreLossStore {
  /** The last loss; undefined where none is known, or what stands there is something else. */
  get(): Promise<StoreLoss | undefined>;
  put(loss: StoreLoss): Promise<void>;
}

const KEY = 'store_loss';

/** Keeps it in the key-value bucket `knell_fleet`. Of several workers that find one loss each tells the same. */
export function createStoreLossStore(bucket: Pick<Bucket, 'get' | 'put'>): StoreLossStore {
  return {
    async get() {
      const entry = await bucket.get(KEY);
      return entry?.operation === 'PUT' ? StoreLoss.safeParse(parseJson(entry.value)).data : undefined;
    },
    async put(loss) {
      await bucket.put(KEY, JSON.stringify(loss));
    },
  };
}
