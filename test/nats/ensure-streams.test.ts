import { connect, StringCodec } from 'nats';
import { expect, test } from 'vitest';
import { BUCKETS, createSubjects, STREAMS } from '../../src/contracts/subjects.ts';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams, openProbes, openRules } from '../../src/nats/ensure-streams.ts';
import { useNatsServer } from '../support/nats.ts';

const nats = useNatsServer();
const KV = Object.values(BUCKETS).map((name) => `KV_${name}`);

test('no stream or bucket is emptied by a confirmation that a publisher of output sends to its purge request', async () => {
  const { connection } = nats;
  await ensureStreams(connection, createSubjects());
  await openProbes(connection);
  await openRules(connection);
  const { streams } = await connection.jetstreamManager();
  for (const name of [...Object.values(STREAMS), ...KV]) {
    const [subject = ''] = (await streams.info(name)).config.subjects;
    await connection.jetstream().publish(subject.replace('>', 'a.e.1.stdout'), 'kept');
    const purged = `$JS.API.STREAM.PURGE.${name}`;
    connection.publish('knell.logs.a.e.1.stdout', StringCodec().encode('a line'), { reply: purged });
    // As the server sends it: {"stream": …, "seq": …}, and a sequence that stands beyond all of them.
    await connection.request(purged, StringCodec().encode('{"stream":"KNELL_LOGS", "seq":1000}'));
    expect({ name, ...(await streams.info(name)).state }).toMatchObject({ name, first_seq: 1 });
  }
});

test('more copies than there are servers are refused in words, with what to set', async () => {
  const server = await startEmbeddedServer();
  const connection = await connect({ servers: server.url });
  try {
    await expect(ensureStreams(connection, createSubjects(), 3)).rejects.toMatchObject({
      code: 'STREAM_REFUSED',
      message: expect.stringMatching(
        /^the NATS server can't keep 3 copies of the (stream|bucket) \w+: it stands alone, .* Set KNELL_REPLICAS/,
      ),
    });
    await ensureStreams(connection, createSubjects(), 1);
  } finally {
    await connection.close();
    await server.stop();
  }
});
