import { connect } from 'nats';
import { createSubjects } from '../../../src/contracts/subjects.ts';
import { createLogger } from '../../../src/logging/logger.ts';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { createPublisher } from '../../../src/nats/publisher.ts';
import { createRunStore } from '../../../src/nats/store/run-store.ts';
import { systemClock } from '../../../src/pipeline/ports/ports.ts';
import { startSubscriptions } from '../../../src/service/subscriptions.ts';
import { ECHO_SUBJECT } from './fleet.ts';

/** The service's part about subscriptions, and a bare echo beside it, until it is killed. */
const connection = await connect({ servers: process.argv[2] as string });
const subjects = createSubjects();
const { runs, subscriptions } = await ensureStreams(connection, subjects);
await startSubscriptions({
  connection,
  subjects,
  bucket: subscriptions,
  runs: createRunStore(runs, () => undefined),
  publisher: createPublisher(connection, await connection.jetstreamManager(), subjects),
  clock: systemClock,
  log: createLogger('silent'),
});
connection.subscribe(ECHO_SUBJECT, { callback: (_error, message) => void message.respond(message.data) });
await connection.flush();
process.stdout.write('listening\n');
