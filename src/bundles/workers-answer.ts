import type { PointerName, RulesPointer } from '../contracts/rules-pointer.ts';
import type { WorkerRules } from '../contracts/worker-rules.ts';
import type { Refusal } from './archive.ts';

/** What the running workers have made of one move of a pointer: their names, and why some refused it. */
export interface WorkersAnswer {
  readonly took: readonly string[];
  readonly refused: readonly { readonly worker: string; readonly findings: readonly Refusal[] }[];
  /** Not heard of it yet, or no longer alive: a worker that was killed is remembered for two minutes. */
  readonly silent: readonly string[];
}

/**
 * What workers say of a move. Pure.
 *
 * @param workers what each says of its rules
 * @param pinned the pointers `pin.<group>` that name a bundle: those groups do not follow `active`
 */
export function answerTo(
  { name, serial, digest }: Pick<RulesPointer, 'name' | 'serial' | 'digest'>,
  workers: readonly WorkerRules[],
  pinned: readonly PointerName[],
): WorkersAnswer {
  const asked = workers.filter(({ group }) => {
    const pin = group === undefined ? undefined : (`pin.${group}` as const);
    if (name === 'candidate') return true;
    return name === 'active' ? !pin || !pinned.includes(pin) : name === pin;
  });
  const refusalOf = ({ refused, candidate }: WorkerRules) => {
    const found = name === 'candidate' ? candidate?.refused : refused;
    return found?.pointer === name && found.serial === serial ? found : undefined;
  };
  const follows = ({ followed, digest: runs, candidate }: WorkerRules): boolean => {
    if (followed) return (followed[name] ?? 0) >= serial;
    // An older worker does not tell of moves.
    return digest !== undefined && (name === 'candidate' ? candidate?.digest : runs) === digest;
  };
  const isLeft = (worker: WorkerRules): boolean => !refusalOf(worker) && !follows(worker);
  return {
    took: asked.filter((worker) => !refusalOf(worker) && follows(worker)).map(({ worker }) => worker),
    refused: asked.flatMap((worker) => {
      const refusal = refusalOf(worker);
      return refusal ? [{ worker: worker.worker, findings: refusal.findings }] : [];
    }),
    silent: asked.filter(isLeft).map(({ worker }) => worker),
  };
}
