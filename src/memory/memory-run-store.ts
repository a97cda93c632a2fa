import { runOf } from '../classify/run-state.ts';
import { runKey } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';
import type { RunStore, Versioned } from '../pipeline/ports/ports.ts';

/** Run states in process. */
export function createMemoryRunStore(): RunStore {
  const states = new Map<string, Versioned>();
  const listeners = new Set<(state: RunState, revision: number) => void>();
  let lastRevision = 0;
  return {
    async get(run) {
      return states.get(runKey(run));
    },
    async put(state, revision) {
      const key = runKey(runOf(state));
      if ((states.get(key)?.revision ?? 0) !== revision) return false;
      lastRevision += 1;
      states.set(key, { state: structuredClone(state), revision: lastRevision });
      for (const listener of listeners) listener(state, lastRevision);
      return true;
    },
    async watch(listener) {
      for (const { state, revision } of states.values()) listener(state, revision);
      listeners.add(listener);
      return { ready: Promise.resolve(), stop: () => listeners.delete(listener) };
    },
  };
}
