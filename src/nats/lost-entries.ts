import type { StreamInfo } from 'nats';
import { BUCKETS, STREAMS } from '../contracts/subjects.ts';

/** What is taken out as it is meant to be: dead letters by whoever tries them again, probes by a minute's age. */
const EMPTIED: ReadonlySet<string> = new Set([STREAMS.dead, `KV_${BUCKETS.probes}`]);

/**
 * How many entries a stream, or the stream of a bucket, has lost between two looks that it was to keep: its limits were made
 * smaller, if only for a moment, or somebody purged it. At least as many; 0 where age, or a limit that was there
 * before, explains what is gone. Of a bucket the keys count, since each write takes the place of another. Pure.
 *
 * @param nowMs by the server's clock, epoch milliseconds
 */
export function lostEntries(before: StreamInfo, now: StreamInfo, nowMs: number): number {
  const { config, state, created } = before;
  if (created !== now.created || state.messages === 0 || EMPTIED.has(config.name)) return 0;
  if (config.max_age > 0 && Date.parse(String(state.first_ts)) + config.max_age / 1e6 <= nowMs) return 0;
  if (config.name.startsWith('KV_')) return Math.max(0, (state.num_subjects ?? 0) - (now.state.num_subjects ?? 0));
  const [had, has] = [limitsOf(before), limitsOf(now)];
  const isSmaller = has.some((limit, at) => limit > 0 && !(limit >= (had[at] as number) && (had[at] as number) > 0));
  const isExplained = had.some((limit) => limit > 0) && !isSmaller;
  return isExplained ? 0 : Math.min(state.messages, now.state.first_seq - state.first_seq);
}

function limitsOf({ config: { max_bytes, max_msgs, max_msgs_per_subject } }: StreamInfo): number[] {
  return [max_bytes, max_msgs, max_msgs_per_subject];
}
