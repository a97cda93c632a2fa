import type { JetStreamClient, JetStreamManager } from 'nats';

/** A message that is stored once, however often it is published. */
export interface OnceMessage {
  readonly stream: string;
  readonly subject: string;
  readonly payload: string;
  readonly msgID: string;
}

/**
 * Stores a message under its id. JetStream takes an id once, whoever comes first: where a message that is not this one has
 * taken it, this one is stored without any id, which nobody can take.
 *
 * @param isSame whether what is stored under the id, on the same subject, says the same
 * @returns `foreign` where another message had taken the id
 * @throws what publishing throws
 */
export async function publishOnce(
  jetstream: JetStreamClient,
  manager: JetStreamManager,
  { stream, subject, payload, msgID }: OnceMessage,
  isSame: (stored: unknown) => boolean,
): Promise<'stored' | 'foreign'> {
  const { duplicate, seq } = await jetstream.publish(subject, payload, { msgID });
  if (!duplicate) return 'stored';
  const stored = await manager.streams.getMessage(stream, { seq }).catch(() => undefined);
  // It is gone, or can't be read now: a mere repetition is not worth a second message.
  if (!stored || (stored.subject === subject && isSame(jsonOf(stored.data)))) return 'stored';
  await jetstream.publish(subject, payload);
  return 'foreign';
}

function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
