import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bucket, openBucket } from '../../../src/nats/store/bucket.ts';
import { type BucketWatch, type WatchBucketOptions, watchBucket } from '../../../src/nats/store/watch-bucket.ts';
import { useNatsServer } from '../../support/nats.ts';
import { type NatsProxy, type ProxyHooks, startNatsProxy } from '../../support/nats-proxy.ts';

const nats = useNatsServer();
let proxy: NatsProxy;
let hooks: ProxyHooks = {};
let behind: NatsConnection;
let watch: BucketWatch | undefined;
/** The bucket by way of the proxy, and straight. */
let watched: Bucket;
let bucket: Bucket;
let heard: string[] = [];
let reopened: string[] = [];
let lastBucket = 0;

beforeEach(async () => {
  hooks = {};
  [heard, reopened] = [[], []];
  proxy = await startNatsProxy(nats.server.port, {
    fromClient: (frame, way) => (hooks.fromClient ?? ((_, { onward }) => onward(frame)))(frame, way),
    fromServer: (frame, way) => (hooks.fromServer ?? ((_, { onward }) => onward(frame)))(frame, way),
  });
  behind = await connect({ servers: proxy.url });
  lastBucket += 1;
  bucket = await openBucket(nats.connection, `b${lastBucket}`, { history: 1 });
  watched = await openBucket(behind, `b${lastBucket}`, { history: 1 }, (_, reason) => void reopened.push(reason));
});
afterEach(async () => {
  watch?.stop();
  await behind.close();
  await proxy.stop();
});

async function start(options?: WatchBucketOptions): Promise<void> {
  watch = await watchBucket(
    watched,
    ({ key, operation, value }) => void heard.push(`${operation} ${key} ${Buffer.from(value)}`),
    options,
  );
}

/** Keeps all entries from the first subscription that brings one: whatever nats.js does, it takes the same one again. */
function deafen(): void {
  let deaf: string | undefined;
  hooks = {
    fromServer(frame, { onward }) {
      const [subject = '', sid] = frame.words;
      if (subject.startsWith('$KV.')) deaf ??= sid;
      if (!subject.startsWith('$KV.') || sid !== deaf) onward(frame);
    },
  };
}

test('what is there is told before it is ready, then each change, deletions too', async () => {
  await bucket.put('a', '1');
  await start();
  await watch?.ready;
  expect(heard).toEqual(['PUT a 1']);
  await bucket.put('a', '2');
  // The bucket keeps one revision: a deletion that comes first takes this one's place.
  await expect.poll(() => heard).toEqual(['PUT a 1', 'PUT a 2']);
  await bucket.delete('a');
  await expect.poll(() => heard).toEqual(['PUT a 1', 'PUT a 2', 'DEL a ']);
});

test('of changes alone, only those of its keys are told', async () => {
  await bucket.put('a', '1');
  await start({ changesOnly: true, key: 'a' });
  await bucket.put('b', '1');
  await bucket.put('a', '2');
  await expect.poll(() => heard).toEqual(['PUT a 2']);
});

test('where the consumer can not be made anew, it is opened again and misses nothing', async () => {
  await start();
  await watch?.ready;
  let refusals = 0;
  let isLost = false;
  hooks = {
    fromClient(frame, { onward, back }) {
      const [subject, reply] = frame.words;
      if (refusals > 0 || !subject?.startsWith('$JS.API.CONSUMER.CREATE.')) return onward(frame);
      refusals += 1;
      const body = Buffer.from(
        JSON.stringify({ error: { code: 500, err_code: 10023, description: 'insufficient resources' } }),
      );
      back({ verb: 'MSG', words: [`${reply}`, '1', `${body.length}`], body });
    },
    fromServer(frame, { onward }) {
      // One lost entry makes nats.js ask for a new consumer.
      if (isLost || !frame.words[0]?.startsWith('$KV.')) return onward(frame);
      isLost = true;
    },
  };
  for (const key of ['a', 'b', 'c']) await bucket.put(key, '1');
  await expect.poll(() => heard).toEqual(['PUT a 1', 'PUT b 1', 'PUT c 1']);
  expect(refusals).toBe(1);
  expect(reopened).toHaveLength(1);
});

test('entries that stand there and do not come are asked for anew, and it gets ready all the same', async () => {
  for (const key of ['a', 'b']) await bucket.put(key, '1');
  deafen();
  await start({ checkEveryMs: 50 });
  await watch?.ready;
  expect(heard).toEqual(['PUT a 1', 'PUT b 1']);
  expect(reopened).toContain('it ended, or entries were missing');
});

test('a watch that has become deaf hears again from where it stopped', async () => {
  await bucket.put('a', '1');
  await start({ checkEveryMs: 50 });
  await watch?.ready;
  deafen();
  await bucket.put('b', '1');
  await bucket.put('c', '1');
  await expect.poll(() => heard).toEqual(['PUT a 1', 'PUT b 1', 'PUT c 1']);
  expect(reopened).not.toEqual([]);
});

test.each<[string, WatchBucketOptions]>([
  ['a watch', {}],
  ['a watch of changes alone', { changesOnly: true }],
])('%s of a bucket that is deleted and made anew tells what stands in the new one', async (_what, options) => {
  for (const value of ['1', '2', '3', '4', '5']) await bucket.put('a', value);
  await start({ ...options, checkEveryMs: 50 });
  await watch?.ready;
  heard = [];
  await bucket.destroy();
  bucket = await openBucket(nats.connection, `b${lastBucket}`, { history: 1 });
  // Their revisions are lower than what was told last.
  await bucket.put('b', '1');
  await bucket.put('c', '1');
  await expect.poll(() => heard).toEqual(expect.arrayContaining(['PUT b 1', 'PUT c 1']));
  await bucket.put('d', '1');
  await expect.poll(() => heard.at(-1)).toBe('PUT d 1');
});

test('a watch is opened although its first consumer is never answered, and one that is opened too late is closed', async () => {
  const [held, opened]: [(() => void)[], string[]] = [[], []];
  hooks = {
    fromClient(frame, { onward }) {
      if (!frame.words[0]?.startsWith('$JS.API.CONSUMER.CREATE.')) return onward(frame);
      opened.push(String(frame.words[0]));
      if (opened.length === 1) held.push(() => onward(frame));
      else onward(frame);
    },
  };
  await bucket.put('a', '1');
  await start();
  expect(opened).toHaveLength(2);
  for (const send of held) send();
  await bucket.put('b', '2');
  await expect.poll(() => heard).toEqual(['PUT a 1', 'PUT b 2']);
  const { manager, stream } = bucket.reads;
  const late = () => manager.consumers.info(stream, `${opened[0]?.split('.')[5]}`);
  await expect.poll(async () => (await late()).push_bound ?? false).toBe(false);
});
