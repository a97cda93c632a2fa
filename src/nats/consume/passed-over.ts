import type { ConsumerInfo, JetStreamManager } from 'nats';
import { nextMessage } from '../stored-message.ts';

/** What is wrong with a consumer that has. */
export const PASSED_OVER = 'has passed over messages that its stream holds, and hands them out no more';

/**
 * Whether a consumer has passed over messages that its stream holds: it stands behind them, and none is under way, so it will
 * not hand them out. nats-server 2.9.10 does so for good once a consumer that had no filter, or one without wildcards, is
 * given one with them.
 *
 * @throws a NATS error when JetStream does not answer
 */
export async function hasPassedOver(manager: JetStreamManager, info: ConsumerInfo): Promise<boolean> {
  const { stream_name, config, delivered, ack_floor, num_ack_pending } = info;
  if (num_ack_pending > 0 || delivered.stream_seq <= ack_floor.stream_seq) return false;
  const next = await nextMessage(manager, stream_name, config.filter_subject || '>', ack_floor.stream_seq + 1);
  return next !== undefined && next.seq <= delivered.stream_seq;
}
