import type { Health, Trouble } from '../../contracts/api/now.ts';
import type { Mode } from '../../contracts/failure-record.ts';
import type { FleetMode } from '../../contracts/fleet-mode.ts';

/** What is known of this worker, and of the fleet through it. */
export interface WorkerFacts {
  readonly atMs: number;
  readonly version: string;
  readonly worker: string;
  /** Why it does not read as it should. */
  readonly obstacle: string | undefined;
  readonly mode: Mode;
  readonly fleet: FleetMode;
  readonly signed: boolean;
  readonly mayAct: boolean;
  readonly rules: string;
  /** Messages that failed three times, since the fleet's account was begun. */
  readonly dead: number;
  /** Why this worker refused the published rules. */
  readonly rulesRefused: string | undefined;
}

/** How knell is, and what is wrong with it, the worst first. Pure. */
export function healthOf(facts: WorkerFacts): Health {
  const { atMs, version, worker, obstacle, mode, fleet, signed, mayAct, rules } = facts;
  return {
    at_ms: atMs,
    version,
    worker,
    ready: obstacle === undefined,
    mode,
    fleet,
    signed,
    may_act: mayAct,
    rules,
    troubles: troublesOf(facts),
  };
}

function troublesOf({ obstacle, mode, fleet, signed, dead, rulesRefused }: WorkerFacts): Trouble[] {
  const shadowed = Object.keys(fleet.shadowed);
  const found: (Trouble | false)[] = [
    obstacle !== undefined && {
      code: 'not_ready',
      level: 'bad',
      message: `knell is not reading as it should: ${obstacle}.`,
      remedy: 'Doomed runs may stay alive meanwhile. See "knell doctor", and the log of the service.',
    },
    rulesRefused !== undefined && {
      code: 'rules_refused',
      level: 'bad',
      message: `This worker refused the published rules: ${rulesRefused}.`,
      remedy: 'What was in force before stays. Publish rules that it can run, or roll back.',
    },
    mode === 'shadow' && {
      code: 'shadow',
      level: 'warning',
      message: `Shadow mode: no run is ended.${fleet.because ? ` ${fleet.because.by}: “${fleet.because.reason}”` : ''}`,
      remedy: 'Look at the runs that would have been ended, then set the mode to enforce.',
    },
    shadowed.length > 0 && {
      code: 'rules_shadowed',
      level: 'warning',
      message: `${shadowed.length === 1 ? 'One rule ends' : `${shadowed.length} rules end`} no runs at present: ${shadowed.join(', ')}.`,
      remedy: 'They used up a budget or cost too much. Look at their runs on Rules, then release them.',
    },
    dead > 0 && {
      code: 'dead_letters',
      level: 'warning',
      message: `${dead} ${dead === 1 ? 'message' : 'messages'} could not be handled.`,
      remedy: 'See "knell dead list".',
    },
    !signed && {
      code: 'unsigned',
      level: 'note',
      message: 'Commands are not signed: hosts cannot tell knell from others who may publish.',
      remedy: 'Make a key with "knell keys" and set KNELL_SIGNING_KEY_FILE.',
    },
  ];
  return found.filter((trouble) => trouble !== false);
}
