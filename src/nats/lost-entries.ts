import type { StreamInfo } from 'nats';
import { BUCKETS, STREAMS } from '../contracts/subjects.ts';

/** What is taken out as it is meant to be: dead letters by whoever tries them again, probes by a minute's age. */
const EMPTIED: ReadonlySet<string> = new Set([STREAMS.dead, `KV_${BUCKETS.probes}`]);

/** What is seen of a stream that lost entries. */
export interface LostEntries {
  /** `anew`: it is another one than before. `back`: it ends before where it had ended. `dropped`: it is the same, and holds less. */
  readonly how: 'anew' | 'back' | 'dropped';
  /** At least so many. */
  readonly lost: number;
}

/**
 * What a stream, or the stream of a bucket, has lost between two looks that it was to keep: its limits were made smaller, if only for a
 * moment, somebody purged it, it was made anew, or its server came back with an older copy of it. Where age, or a limit that was there
 * before, explains what is gone, nothing is lost. Pure.
 *
 * @param nowMs by the server's clock, epoch milliseconds
 * @returns undefined where nothing is lost
 */
export function lostEntries(before: StreamInfo, now: StreamInfo, nowMs: number): LostEntries | undefined {
  const { config, state, created } = before;
  if (state.messages === 0 || EMPTIED.has(config.name)) return undefined;
  const isDue = (stored: unknown): boolean =>
    config.max_age > 0 && Date.parse(String(stored)) + config.max_age / 1e6 <= nowMs;
  const how = created !== now.created ? 'anew' : now.state.last_seq < state.last_seq ? 'back' : 'dropped';
  const lost = how === 'dropped' ? (isDue(state.first_ts) ? 0 : droppedOf(before, now)) : goneOf(how, before, now);
  if (lost <= 0 || isDue(state.last_ts)) return undefined;
  return { how, lost: how !== 'dropped' && isDue(state.first_ts) ? 1 : lost };
}

/** Of one that is another, or has gone back: what it held, or what it held last. */
function goneOf(how: 'anew' | 'back', { config, state }: StreamInfo, now: StreamInfo): number {
  if (how === 'anew') return state.messages;
  // Of a replicated one it may be a leader that has not caught up yet who answers.
  return config.num_replicas > 1 ? 0 : Math.min(state.messages, state.last_seq - now.state.last_seq);
}

/** Of a bucket the keys count, since each write takes the place of another. */
function droppedOf(before: StreamInfo, now: StreamInfo): number {
  const { config, state } = before;
  if (config.name.startsWith('KV_')) return Math.max(0, (state.num_subjects ?? 0) - (now.state.num_subjects ?? 0));
  const [had, has] = [limitsOf(before), limitsOf(now)];
  const isSmaller = has.some((limit, at) => limit > 0 && !(limit >= (had[at] as number) && (had[at] as number) > 0));
  const isExplained = had.some((limit) => limit > 0) && !isSmaller;
  return isExplained ? 0 : Math.min(state.messages, now.state.first_seq - state.first_seq);
}

function limitsOf({ config: { max_bytes, max_msgs, max_msgs_per_subject } }: StreamInfo): number[] {
  return [max_bytes, max_msgs, max_msgs_per_subject];
}
