import { type Run, runKey } from '../../src/contracts/run.ts';
import type { createDriver } from './driver.ts';
import { SCRIPTS, type Script } from './scripts.ts';
import type { Tally } from './tally.ts';

/** A scripted run of one execution, and when it begins. */
export interface Play {
  readonly script: Script;
  readonly agent: string;
  readonly execution: string;
  readonly startMs: number;
}

/** So many runs with scripts and times by chance, begun within `withinMs`. */
export function choosePlays(
  count: number,
  withinMs: number,
  random: () => number,
  scripts: readonly Script[] = SCRIPTS,
): Play[] {
  return Array.from({ length: count }, (_, index) => ({
    script: scripts[Math.floor(random() * scripts.length)] ?? (scripts[0] as Script),
    agent: `a${index % 40}`,
    execution: `e${index}`,
    startMs: Math.floor(random() * withinMs),
  }));
}

/** Plays them all to their ends. */
export async function playAll(driver: ReturnType<typeof createDriver>, plays: readonly Play[]): Promise<void> {
  await Promise.all(
    plays.map(async ({ script, agent, execution, startMs }, index) => {
      await new Promise((resolve) => setTimeout(resolve, startMs));
      for (const [attempt, { steps }] of script.attempts.entries()) {
        const run: Run = { agent, execution, attempt: attempt + 1 };
        await driver.play(run, `team-${index % 10}`, steps);
      }
    }),
  );
}

/** What was owed to the runs and what they got. */
export interface Outcome {
  readonly expected: number;
  readonly seen: number;
  readonly duplicates: number;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly without_record: readonly string[];
  readonly unacknowledged: number;
}

export function compare(plays: readonly Play[], tally: Tally): Outcome {
  const owed = plays.flatMap(({ script, agent, execution }) =>
    script.attempts.map((attempt, index) => ({
      ...attempt,
      script: script.name,
      key: runKey({ agent, execution, attempt: index + 1 }),
    })),
  );
  const named = (runs: typeof owed): string[] => runs.map(({ script, key }) => `${script} ${key}`);
  return {
    expected: owed.filter(({ abort }) => abort).length,
    seen: tally.commands.size,
    duplicates: [...tally.commands.values()].filter((ids) => ids.length > 1).length,
    missing: named(owed.filter(({ abort, key }) => abort && !tally.commands.has(key))),
    unexpected: named(owed.filter(({ abort, key }) => !abort && tally.commands.has(key))),
    without_record: named(owed.filter(({ record, key }) => record && !tally.records.has(key))),
    unacknowledged: tally.unacknowledged,
  };
}

/** What `compare` says where every run got what it was owed. */
export function allRight({ expected }: Outcome): Outcome {
  return {
    expected,
    seen: expected,
    duplicates: 0,
    missing: [],
    unexpected: [],
    without_record: [],
    unacknowledged: 0,
  };
}
