import { DiscardPolicy, nanos, RetentionPolicy, StorageType, type StreamConfig } from 'nats';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { coversSubject } from './covers-subject.ts';

export type StreamFamily = keyof typeof STREAMS;

const DAY_MS = 24 * 3_600_000;

/** How long each stream keeps what it holds. Logs only have to outlive the runs that print them. */
const MAX_AGE_MS: Record<StreamFamily, number> = {
  logs: DAY_MS,
  runs: 7 * DAY_MS,
  aborts: 7 * DAY_MS,
  acks: 7 * DAY_MS,
  failures: 30 * DAY_MS,
  notices: 30 * DAY_MS,
  dead: 30 * DAY_MS,
};

/** A repeated publication within this time is dropped by its message id; deterministic ids cover what comes later. */
const DUPLICATE_WINDOW_MS = 10 * 60_000;

/** A stream as knell creates it. */
export function wantedStream(family: StreamFamily, subjects: Subjects, replicas: number) {
  return {
    name: STREAMS[family],
    subjects: [subjects.all(family)],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(MAX_AGE_MS[family]),
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    num_replicas: replicas,
    allow_direct: true,
    // A publisher names the subject that the server confirms to, past its permissions. A confirmation sent to the purge
    // request of a stream reads as "purge up to this sequence" (nats-server 2.9.10).
    deny_purge: true,
    description: `knell: ${family}`,
  };
}

/** What a stream does not listen to that it is to keep, and what to do; undefined where it does. */
export function unheardBy({ subjects }: Pick<StreamConfig, 'subjects'>, wanted: string): string | undefined {
  if (subjects?.some((subject) => coversSubject(subject, wanted))) return undefined;
  return `does not listen to ${wanted} (it has: ${subjects?.join(', ') || 'none'}): add that subject, or set KNELL_PREFIX to the prefix it uses`;
}

/** Why an existing stream does not serve, and what to do; undefined when it does. */
export function misfitOf(config: StreamConfig, wanted: string): string | undefined {
  const unheard = unheardBy(config, wanted);
  if (unheard !== undefined) return unheard;
  if (config.retention !== RetentionPolicy.Limits) {
    return `keeps messages by ${config.retention}: it needs retention "limits", since knell reads back what was said`;
  }
  if (config.no_ack) return 'does not confirm what it stores (no_ack): it needs to';
  if (!config.allow_direct)
    return 'does not allow direct gets: set allow_direct on it (nats stream edit --allow-direct)';
  return undefined;
}

/** What of a stream that serves is set so that knell works less well than with its own settings; nothing for most. */
export function weaknessesOf(config: StreamConfig, family: StreamFamily): string[] {
  const weak: string[] = [];
  if (config.storage === StorageType.Memory) weak.push('is kept in memory: a restart of the server forgets it');
  if (config.discard === DiscardPolicy.New) weak.push('refuses new messages when it is full (discard new)');
  if (config.max_age > 0 && config.max_age < nanos(MAX_AGE_MS[family])) {
    weak.push(`forgets after ${hoursOf(config.max_age)}; ${hoursOf(nanos(MAX_AGE_MS[family]))} is what knell sets`);
  }
  if (config.duplicate_window < nanos(DUPLICATE_WINDOW_MS)) {
    weak.push(
      `takes a repeated message for a new one after ${config.duplicate_window / 1e9} s; 600 s is what knell sets`,
    );
  }
  if (!config.deny_purge)
    weak.push('can be purged by any client that may publish to a stream (nats stream edit --deny-purge)');
  return weak;
}

function hoursOf(ageNanos: number): string {
  const hours = ageNanos / 1e9 / 3_600;
  return `${Number.isInteger(hours) ? hours : hours.toFixed(1)} h`;
}
