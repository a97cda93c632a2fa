import type { KvEntry } from 'nats';

/** As many entries are remembered: another watch of the bucket is hardly further behind. */
const REMEMBERED = 1_000;

/**
 * Reads each entry of a bucket once for all who watch it, where several do: they then share what was read. A bucket that was
 * made anew counts its revisions from the start, so the bytes have to be the same too.
 */
export function readOnce<T>(
  read: (key: string, data: Uint8Array, revision: number) => T,
): (entry: Pick<KvEntry, 'key' | 'value' | 'revision'>) => T {
  const known = new Map<number, { readonly key: string; readonly data: Uint8Array; readonly value: T }>();
  return ({ key, value: data, revision }) => {
    const found = known.get(revision);
    if (found && found.key === key && Buffer.compare(found.data, data) === 0) return found.value;
    const value = read(key, data, revision);
    known.delete(revision);
    known.set(revision, { key, data, value });
    if (known.size > REMEMBERED) known.delete(known.keys().next().value as number);
    return value;
  };
}
