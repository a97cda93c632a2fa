import type { AbortCommand } from '../contracts/abort-command.ts';
import type { FleetMode } from '../contracts/fleet-mode.ts';
import type { AbortFeed, FleetModeStore, UnmatchedCounter } from '../pipeline/ports/ports.ts';

export interface MemoryAbortFeed extends AbortFeed {
  add(command: AbortCommand, storedMs: number): void;
}

/** The fleet's abort commands, in process. */
export function createMemoryAbortFeed(): MemoryAbortFeed {
  const commands: [AbortCommand, number][] = [];
  const listeners = new Set<(command: AbortCommand, storedMs: number) => void>();
  return {
    add(command, storedMs) {
      commands.push([command, storedMs]);
      for (const listener of listeners) listener(command, storedMs);
    },
    async watch(sinceMs, listener) {
      for (const [command, storedMs] of commands) if (storedMs >= sinceMs) listener(command, storedMs);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The fleet's mode, in process. */
export function createMemoryFleetModeStore(): FleetModeStore {
  let known: { mode: FleetMode; revision: number } | undefined;
  const listeners = new Set<(mode: FleetMode) => void>();
  return {
    get: async () => known,
    async put(mode, revision) {
      if ((known?.revision ?? 0) !== revision) return false;
      known = { mode, revision: revision + 1 };
      for (const listener of listeners) listener(mode);
      return true;
    },
    async watch(listener) {
      if (known) listener(known.mode);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Unknown failures, counted in process. */
export function createMemoryUnmatchedCounter(): UnmatchedCounter {
  const counts = new Map<string, number>();
  return {
    async count(fingerprint) {
      const count = (counts.get(fingerprint) ?? 0) + 1;
      counts.set(fingerprint, count);
      return count;
    },
  };
}
