import { type JetStreamManager, NatsError, type StoredMsg } from 'nats';

interface DirectGets {
  getMessage(stream: string, query: { last_by_subj: string }): Promise<StoredMsg>;
}

/**
 * The last message of a stream on a subject, by the direct request; undefined when there is none. Any replica answers, also one
 * that is behind: where that matters, `stored-message.ts` asks the leader. But its subject names the subject that is read, so
 * a server can allow it for some subjects only (ADR-31), and that of the leader can't.
 */
export async function lastDirect(
  manager: JetStreamManager,
  stream: string,
  subject: string,
): Promise<StoredMsg | undefined> {
  // nats.js 2.29 has the direct API on its manager but leaves it out of the manager's type.
  const { direct } = manager as JetStreamManager & { readonly direct: DirectGets };
  try {
    return await direct.getMessage(stream, { last_by_subj: subject });
  } catch (error) {
    if (error instanceof NatsError && error.code === '404') return undefined;
    throw error;
  }
}
