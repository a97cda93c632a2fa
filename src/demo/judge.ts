import { ENDED_BY_KNELL, type Ending } from './play-role.ts';
import type { Fleet } from './watch-fleet.ts';

/** Whether what was promised of one agent came true. */
export interface Judgement {
  readonly agent: string;
  readonly right: boolean;
  readonly text: string;
}

/** More than this from the start of a hanging run to its end, in milliseconds, and the promise is broken. */
const PROMPT_MS = 60_000;

export function judge(endings: readonly Ending[], fleet: Fleet): Judgement[] {
  return endings.map((ending) => judgeOne(ending, fleet));
}

function judgeOne({ role, exitCode, tookMs, survivors }: Ending, fleet: Fleet): Judgement {
  const { agent } = role.run;
  const aborts = fleet.aborts.filter((command) => command.agent === agent);
  const records = fleet.records.filter((record) => record.agent === agent);
  const categories = [...new Set(records.map(({ category }) => category))].join(', ');
  const blamesA = aborts.every(({ credential }) => credential.subscription === 'team-a');
  switch (role.fate) {
    case 'ended': {
      const right =
        exitCode === ENDED_BY_KNELL && aborts.length === 1 && blamesA && tookMs < PROMPT_MS && survivors.length === 0;
      return {
        agent,
        right,
        text: `was ended after ${(tookMs / 1_000).toFixed(1)} s, with ${aborts.length} abort command: ${categories}`,
      };
    }
    case 'failed': {
      // It may be gone before a command is made, or before it arrives; what counts is that the failure is on record.
      const right =
        (exitCode === 1 || exitCode === ENDED_BY_KNELL) && records.length > 0 && aborts.length <= 1 && blamesA;
      return { agent, right, text: `failed by itself, and is on record: ${categories}` };
    }
    case 'finished': {
      const right = exitCode === 0 && aborts.length === 0 && records.length === 0;
      return {
        agent,
        right,
        text: `finished in peace: ${aborts.length} abort commands, ${records.length} failure records`,
      };
    }
  }
}
