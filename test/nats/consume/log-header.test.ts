import { connect, headers, type JsMsg, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logHeader, mayHaveHeader } from '../../../src/nats/consume/log-header.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../src/nats/embedded-server.ts';

let server: EmbeddedServer;
let connection: NatsConnection;

beforeAll(async () => {
  server = await startEmbeddedServer();
  connection = await connect({ servers: server.url });
  const manager = await connection.jetstreamManager();
  await manager.streams.add({ name: 'S', subjects: ['s.>'] });
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

/** A message as the server delivers it, in the way in which the workers take them. */
async function delivered(subject: string, named: Record<string, string> | undefined, data: string): Promise<JsMsg> {
  const head = headers();
  for (const [name, value] of Object.entries(named ?? {})) head.set(name, value);
  const jetstream = connection.jetstream();
  await jetstream.publish(subject, data, named ? { headers: head } : {});
  const consumer = await jetstream.consumers.get('S', { filterSubjects: subject });
  return (await consumer.next()) as JsMsg;
}

it.each([
  ['a message without headers', undefined, 'Knell-Codec: lines', false],
  ['one with others', { 'Knell-Runtime': 'codex', 'Knell-Line': '7' }, 'Knell-Codec: lines', false],
  ['one with it', { 'Knell-Runtime': 'codex', 'Knell-Codec': 'lines' }, '', true],
  ['one that writes it otherwise', { 'knell-codec': 'lines' }, 'text', true],
])('tells of %s', async (what, named, data, expected) => {
  const message = await delivered(`s.${what.replaceAll(' ', '-')}`, named, data);
  expect(mayHaveHeader(message, 'Knell-Codec')).toBe(expected);
  expect(logHeader(message.headers, 'Knell-Codec')).toBe(expected ? 'lines' : undefined);
});

it('leaves it to nats.js where it does not find the bytes', () => {
  expect(mayHaveHeader({ msg: { data: new Uint8Array() } } as unknown as JsMsg, 'Knell-Codec')).toBe(true);
});
