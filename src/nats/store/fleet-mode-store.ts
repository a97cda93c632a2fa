import { FleetMode, NO_FLEET_MODE, unreadableMode } from '../../contracts/fleet-mode.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { formatTime } from '../../contracts/time.ts';
import type { FleetModeStore } from '../../pipeline/ports/ports.ts';
import type { Signing } from '../../signing/keys.ts';
import { sign, verify } from '../../signing/signature.ts';
import { type Bucket, valuesOf } from './bucket.ts';
import { putIfUnchanged } from './compare-and-set.ts';
import { watchBucket } from './watch-bucket.ts';

const KEY = 'mode';
/** What a signature is for, beside the bytes. */
const SIGNED_AS = 'knell_fleet.mode';

/** Two services that do not trust each other's keys each undo what the other writes: slowly, and a log line each time tells. */
const RESTORE_AFTER_MS = 250;

export interface FleetModeStoreOptions {
  /** Signs each change. Then only signed entries count, from the first one on; left out: all do. */
  readonly signing?: Signing | undefined;
  /** Milliseconds from one comparison of the watch with the server to the next. */
  readonly checkEveryMs?: number;
  /** Called when an entry is left out, since no trusted key has signed it or it is an old one; once for those that come together. */
  readonly onForeign?: () => void;
  /** Called when the newest entry can't be read, and an earlier one holds, or shadow where there is none. */
  readonly onUnreadable?: () => void;
}

/**
 * The fleet's mode in the key-value bucket `knell_fleet`. Where the newest entry can't be read, or is not signed as it has to
 * be, the last good one holds, and is replaced as the newest: neither junk nor a foreign entry ends a shadow mode, begins one
 * or keeps a change out. Where none is left to read, the fleet is in shadow, since knell can't know what a person had decided.
 */
export function createFleetModeStore(
  bucket: Bucket,
  { signing, checkEveryMs, onForeign = () => undefined, onUnreadable = () => undefined }: FleetModeStoreOptions = {},
): FleetModeStore {
  /** The last signed entry that was seen. */
  let signed: FleetMode | undefined;

  function read(data: Uint8Array): FleetMode | undefined {
    const json = parseJson(data);
    const mode = FleetMode.safeParse(json).data;
    if (!signing || !mode) return mode;
    const isNew = (mode.serial ?? 0) >= (signed?.serial ?? 1);
    if (
      isNew &&
      verify(SIGNED_AS, signedPart(json as Record<string, unknown>), mode.signature, signing.trusted) === 'good'
    ) {
      signed = mode;
      return mode;
    }
    return undefined;
  }

  /** The last good entry behind a newest one that is none. Before the first signed one all count as they are. */
  async function lastGood(newest: Date): Promise<FleetMode> {
    const values = await valuesOf(bucket, KEY);
    const good = values.map(read).findLast((one) => one !== undefined);
    const isUnsigned = signing !== undefined && signed === undefined;
    return (
      good ??
      signed ??
      (isUnsigned ? values.map(readAny).findLast((one) => one !== undefined) : undefined) ??
      unreadableMode(formatTime(newest.getTime()))
    );
  }

  return {
    async get() {
      const entry = await bucket.get(KEY);
      if (entry?.operation !== 'PUT') return undefined;
      const mode = read(entry.value);
      return { mode: mode ?? (await lastGood(entry.created)), revision: entry.revision, isGood: mode !== undefined };
    },
    async put(mode, revision) {
      const next = sealed(mode, signing);
      const isStored = await putIfUnchanged(bucket, KEY, JSON.stringify(next), revision);
      if (isStored && signing) signed = next;
      return isStored;
    },
    async watch(listener) {
      const current = await this.get();
      if (current) listener(current.mode);
      // From here on a foreign entry is known by what it lacks.
      if (signing && !signed) await this.put(current?.mode ?? NO_FLEET_MODE, current?.revision ?? 0);
      let restoring: NodeJS.Timeout | undefined;
      const restore = async (): Promise<void> => {
        restoring = undefined;
        const known = await this.get();
        if (known) {
          if (!known.isGood) await this.put(known.mode, known.revision);
        } else if (signed) {
          await this.put(signed, (await bucket.get(KEY))?.revision ?? 0);
        }
      };
      /** No entry is left: without signatures that is how a mode is taken back; with them, nobody had the right to. */
      const gone = (): void => {
        if (!signed) listener(NO_FLEET_MODE);
        else if (!restoring)
          restoring = setTimeout(() => void restore().catch(() => undefined), RESTORE_AFTER_MS).unref();
      };
      const { stop } = await watchBucket(
        bucket,
        ({ operation, value }) => {
          if (operation !== 'PUT') {
            if (signed && !restoring) onForeign();
            return gone();
          }
          const mode = read(value);
          if (mode) return listener(mode);
          // Whoever asks now is told the same.
          if (!signing) {
            onUnreadable();
            return void this.get().then(
              (known) => known && listener(known.mode),
              () => undefined,
            );
          }
          if (!signed || restoring) return;
          onForeign();
          restoring = setTimeout(() => void restore().catch(() => undefined), RESTORE_AFTER_MS).unref();
        },
        { key: KEY, onRemade: gone, ...(checkEveryMs !== undefined && { checkEveryMs }) },
      );
      return () => {
        clearTimeout(restoring);
        stop();
      };
    },
  };
}

function readAny(data: Uint8Array): FleetMode | undefined {
  return FleetMode.safeParse(parseJson(data)).data;
}

/** A mode as it is stored; its serial is the one that it was read with. */
function sealed({ serial = 0, signature: _, ...rest }: FleetMode, signing: Signing | undefined): FleetMode {
  if (!signing) return rest;
  const mode = { ...rest, serial: serial + 1 };
  return { ...mode, signature: sign(SIGNED_AS, signedPart(mode), signing.key) };
}

function signedPart({ signature: _, ...rest }: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify(rest), 'utf8');
}
