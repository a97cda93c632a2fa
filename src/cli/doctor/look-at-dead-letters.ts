import type { JetStreamManager } from 'nats';
import { STREAMS } from '../../contracts/subjects.ts';
import { type Check, ok, warning } from './check.ts';
import { streamInfo } from './look-at-streams.ts';

/** Messages that failed three times for their own sake. */
export async function lookAtDeadLetters(manager: JetStreamManager): Promise<readonly Check[]> {
  const count = (await streamInfo(manager, STREAMS.dead))?.state.messages ?? 0;
  if (count === 0) return [ok('dead letters', 'none')];
  const message = `${count} could not be handled: "knell dead list" shows why, "knell dead retry" tries again`;
  return [warning('dead letters', message)];
}
