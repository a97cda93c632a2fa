import { EventEmitter, once } from 'node:events';
import type { Ack } from '../../src/contracts/ack.ts';
import type { RunEvent } from '../../src/contracts/run-event.ts';
import type { AbortOrder, LinkLosses, LogChunk, TapLink } from '../../src/tap/tap-link.ts';

export const NO_LOSSES: LinkLosses = {
  droppedLines: 0,
  droppedBytes: 0,
  unsentLines: 0,
  unsentBytes: 0,
  unsentMessages: 0,
  problem: undefined,
};

export interface RecordingLink extends TapLink {
  readonly chunks: LogChunk[];
  readonly events: RunEvent[];
  readonly acks: Ack[];
  /** Everything in the order in which it came: `stdout 0`, `started`, `ack terminated`, `closed`. */
  readonly story: string[];
  order(order: AbortOrder): void;
  /** All lines published for a stream. */
  lines(stream: 'stdout' | 'stderr'): string[];
  /** Settles when the next chunk is published whose text contains this; at once when there is one. */
  saw(text: string): Promise<void>;
  /** Settles when so many events of a type are published. */
  told(type: RunEvent['type'], count: number): Promise<void>;
}

/** A link to nowhere that remembers what it was given. */
export function createRecordingLink(losses: LinkLosses = NO_LOSSES): RecordingLink {
  const chunks: LogChunk[] = [];
  const events: RunEvent[] = [];
  const acks: Ack[] = [];
  const story: string[] = [];
  const emitter = new EventEmitter();
  let handler: (order: AbortOrder) => void = () => undefined;
  const has = (text: string) => chunks.some((chunk) => chunk.payload.includes(text));
  return {
    chunks,
    events,
    acks,
    story,
    publishLog(chunk) {
      chunks.push(chunk);
      story.push(`${chunk.stream} ${chunk.firstLine}`);
      emitter.emit('chunk');
    },
    publishRun(event) {
      events.push(event);
      story.push(event.type);
      emitter.emit('event');
    },
    onAbort(next) {
      handler = next;
    },
    orderTime: () => undefined,
    ack(ack) {
      acks.push(ack);
      story.push(`ack ${ack.outcome}`);
    },
    async close() {
      story.push('closed');
      return losses;
    },
    order: (order) => handler(order),
    lines: (stream) =>
      chunks.filter((chunk) => chunk.stream === stream).flatMap((chunk) => chunk.payload.toString('utf8').split('\n')),
    async saw(text) {
      while (!has(text)) await once(emitter, 'chunk');
    },
    async told(type, count) {
      while (events.filter((event) => event.type === type).length < count) await once(emitter, 'event');
    },
  };
}

/** An order for a run, good for an hour. */
export function orderFor(
  run: { agent: string; execution: string; attempt: number },
  other: Partial<AbortOrder> = {},
): AbortOrder {
  return {
    schema: 'knell.abort/v1',
    command_id: `command-${run.agent}-${run.execution}-${run.attempt}`,
    ...run,
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    message: 'The subscription token has expired',
    ...other,
  };
}
