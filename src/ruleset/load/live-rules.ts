import { type FSWatcher, watch } from 'node:fs';
import type { Finding } from '../findings/finding.ts';
import type { RuleSet } from '../rule-set.ts';
import { type LoadOptions, loadRules } from './load-rules.ts';

export interface LiveRulesOptions {
  readonly folder: string;
  /** The set in force until the folder changes. */
  readonly initial: RuleSet;
  readonly load: LoadOptions;
  /** A changed folder that checks went live, whole. */
  readonly onChanged: (before: RuleSet, after: RuleSet) => void;
  /** A changed folder that does not check was refused; the old set stays. */
  readonly onRefused: (findings: readonly Finding[]) => void;
  /** A changed folder that lacks packs which are in force was refused: without them their runtimes are deaf. */
  readonly onShrunk: (missing: readonly string[]) => void;
  /** How long the folder must stand still before it is read: editors and deployments write in several steps. */
  readonly settleMs?: number;
}

export interface LiveRules {
  current(): RuleSet;
  /** Reads the folder now; settles when what it holds is in force or refused. */
  reload(): Promise<void>;
  stop(): void;
}

/** The rules in force, and the folder they come from: a change that checks replaces the set whole, or nothing happens. */
export function watchRules({
  folder,
  initial,
  load,
  onChanged,
  onRefused,
  onShrunk,
  settleMs = 300,
}: LiveRulesOptions): LiveRules {
  let current = initial;
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    const { ruleSet, findings } = await loadRules(folder, load);
    if (!ruleSet) return onRefused(findings);
    if (ruleSet.digest === current.digest) return;
    const kept = new Set(ruleSet.packs.map(({ pack }) => pack));
    const missing = current.packs.map(({ pack }) => pack).filter((pack) => !kept.has(pack));
    // A half-finished deployment looks the same as a pack that is meant to go: only a restart says which it is.
    if (missing.length > 0) return onShrunk(missing);
    const before = current;
    current = ruleSet;
    onChanged(before, ruleSet);
  }
  const reload = (): Promise<void> => {
    reading = reading.then(read);
    return reading;
  };
  const watcher: FSWatcher = watch(folder, { persistent: false }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void reload(), settleMs);
    timer.unref();
  });
  // A folder that is replaced as a whole ends the watch on some systems; the rules in force stay.
  watcher.on('error', () => watcher.close());
  return {
    current: () => current,
    reload,
    stop() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
