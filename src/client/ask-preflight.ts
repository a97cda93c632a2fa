import type { NatsConnection } from 'nats';
import { PreflightReply, type PreflightRequest } from '../contracts/preflight.ts';
import type { Subjects } from '../contracts/subjects.ts';

/** @throws when no answer comes in time, or it can't be read */
export async function askPreflight(
  connection: NatsConnection,
  subjects: Subjects,
  request: PreflightRequest,
  timeoutMs: number,
): Promise<PreflightReply> {
  const reply = await connection.request(subjects.preflightCheck, JSON.stringify(request), { timeout: timeoutMs });
  return PreflightReply.parse(reply.json());
}
