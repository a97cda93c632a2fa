import type { PointerName, RulesPointer } from '../contracts/rules-pointer.ts';
import type { WorkerRules } from '../contracts/worker-rules.ts';

/** An entry as it was read, and the revision that the next write has to name. */
export interface StoredPointer {
  /** Undefined where what is stored is no pointer. */
  readonly pointer: RulesPointer | undefined;
  readonly revision: number;
}

/** Where the pointers stand. */
export interface PointerStore {
  get(name: PointerName): Promise<StoredPointer | undefined>;
  /** Writes if nothing was written since `revision`, 0: if there is none. False when another writer was first. */
  put(pointer: RulesPointer, revision: number): Promise<boolean>;
  /** What stood under a name before, oldest first, as far as it is kept. */
  history(name: PointerName): Promise<readonly RulesPointer[]>;
  /** The names of all pointers. */
  names(): Promise<readonly PointerName[]>;
  /** Tells that a pointer moved. Returns how to stop. */
  watch(listener: () => void): Promise<() => void>;
}

/** Where bundles lie, each by the digest of its bytes. What is read from it is to be verified. */
export interface BundleStore {
  put(digest: string, bytes: Uint8Array): Promise<void>;
  get(digest: string): Promise<Buffer | undefined>;
}

/** Where workers say which rules they run. */
export interface WorkerRulesStore {
  put(status: WorkerRules): Promise<void>;
  remove(worker: string): Promise<void>;
  list(): Promise<readonly WorkerRules[]>;
}
