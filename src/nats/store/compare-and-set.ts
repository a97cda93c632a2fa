import { type KV, NatsError } from 'nats';

/** JetStream's error code for "wrong last sequence": somebody else has written first. */
const WRONG_LAST_SEQUENCE = 10071;

/** Whether a publication or a write was refused because somebody else came first. */
export function cameSecond(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE;
}

/**
 * Writes an entry if nobody has written it since `revision`; 0: if there is none.
 * @returns false when somebody has
 */
export async function putIfUnchanged(bucket: KV, key: string, data: string, revision: number): Promise<boolean> {
  try {
    // An update from revision 0 is refused by nats.js; creating also takes the place of a deleted entry.
    await (revision === 0 ? bucket.create(key, data) : bucket.update(key, data, revision));
    return true;
  } catch (error) {
    if (cameSecond(error)) return false;
    throw error;
  }
}
