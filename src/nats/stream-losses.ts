import { DiscardPolicy, type StreamInfo } from 'nats';
import { BUCKETS, STREAMS } from '../contracts/subjects.ts';
import { coversSubject } from './covers-subject.ts';
import { MOST_MISSING, missingIn } from './log-holes.ts';

/** So much of what a stream may hold counts as all of it, 0 to 1: where it refuses new messages, no time is left to see it. */
const FULL = 0.95;
/** Nothing that knell or a tap writes is larger, in bytes: the server's `max_payload` where nobody has set it. */
const LARGEST = 1024 * 1024;
/** A run's state is needed for as long as the run lives, in nanoseconds. */
const SHORTEST_MEMORY = 24 * 3_600e9;

/** A stream that holds less has dropped what was written to it before anybody can have read it: bytes, messages, nanoseconds. */
const LEAST = { bytes: LARGEST, messages: 100, age: 60e9 };

/** Streams of which a limit by subject drops what was not read: one subject has all that a run says, or its host. */
const MANY_BY_SUBJECT = /_(LOGS|RUNS|ACKS)$/;
const FORGETS_BY_AGE: ReadonlySet<string> = new Set([`KV_${BUCKETS.probes}`, `KV_${BUCKETS.workers}`]);

/**
 * By which settings a stream, or the stream of a bucket, loses what is written to it: what nobody sees, since whoever
 * writes gets a confirmation, or what could not be written from now on. Nothing as knell creates them.
 *
 * @returns what is wrong and what to do, each to be read behind the stream's name
 */
export function lossesOf({ config, state }: Pick<StreamInfo, 'config' | 'state'>): string[] {
  const { name, max_bytes, max_msgs, max_msg_size, max_msgs_per_subject, max_age, sealed } = config;
  const losses: string[] = [];
  if (sealed)
    losses.push('is sealed: nothing can be written to it. Copy what is needed, remove it, and restart the service');
  if (max_msg_size > 0 && max_msg_size < LARGEST) {
    losses.push(
      `takes no message of more than ${max_msg_size} bytes: set max_msg_size (of a bucket: max_value_size) to -1, or ${LARGEST}`,
    );
  }
  if (MANY_BY_SUBJECT.test(name) && max_msgs_per_subject > 0) {
    losses.push(
      `keeps ${max_msgs_per_subject} messages of a subject and drops older ones, read or not: set max_msgs_per_subject to -1`,
    );
  }
  if (name === STREAMS.logs && missingIn(state) > MOST_MISSING) {
    losses.push(
      `lacks ${missingIn(state)} messages that stood between others, deleted by hand or by a limit of each subject. These are too many to tell what a run may have said in them: runs that are silent or end with a banner are left to their exit until the stream has dropped what stands before the last of them`,
    );
  }
  const isBucket = name.startsWith('KV_');
  const isBounded = max_bytes > 0 || max_msgs > 0;
  if (isBucket && isBounded && config.discard !== DiscardPolicy.New) {
    losses.push('forgets its oldest entries when it is full: set discard to new, or max_bytes and max_msgs to -1');
  }
  if (isBucket && max_age > 0 && max_age < SHORTEST_MEMORY && !FORGETS_BY_AGE.has(name)) {
    losses.push(
      `forgets its entries after ${max_age / 1e9} s: set max_age (ttl) to what knell sets (see "knell doctor")`,
    );
  }
  const isTooSmall =
    (max_bytes > 0 && max_bytes < LEAST.bytes) ||
    (max_msgs > 0 && max_msgs < LEAST.messages) ||
    (max_age > 0 && max_age < LEAST.age);
  if (!isBucket && isTooSmall && config.discard !== DiscardPolicy.New) {
    losses.push(
      'holds too little: what is written to it is dropped before it can be read. Give it more room (max_bytes, max_msgs, max_age)',
    );
  }
  if (isBucket && !config.subjects?.some((subject) => coversSubject(subject, `$KV.${name.slice('KV_'.length)}.>`))) {
    losses.push(`does not listen to $KV.${name.slice('KV_'.length)}.>, so nothing is stored in it: add that subject`);
  }
  if (isBucket && config.no_ack) losses.push('does not confirm what it stores (no_ack): it needs to');
  if (config.discard === DiscardPolicy.New) {
    const isFull = (held: number, most: number) => most > 0 && held >= most * FULL;
    if (max_bytes > 0 && max_bytes < LARGEST) {
      losses.push(
        `has room for ${max_bytes} bytes (max_bytes) and refuses what finds none: set max_bytes to -1, or more than ${LARGEST}, since what is written may be as large`,
      );
    } else if (isFull(state.bytes, max_bytes)) {
      losses.push(`is full and refuses what is written to it: it may hold ${max_bytes} bytes. Raise max_bytes`);
    }
    if (isFull(state.messages, max_msgs)) {
      losses.push(`is full and refuses what is written to it: it may hold ${max_msgs} messages. Raise max_msgs`);
    }
  }
  return losses;
}
