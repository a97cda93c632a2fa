import { expect, it } from 'vitest';
import { keysOf, openBucket, valuesOf } from '../../../src/nats/store/bucket.ts';
import { useNatsServer } from '../../support/nats.ts';

const nats = useNatsServer();

it('the keys of a bucket come in order, however often they are written meanwhile', async () => {
  const bucket = await openBucket(nats.connection, 'written', { history: 1 });
  expect(await keysOf(bucket)).toEqual([]);
  for (const key of ['b', 'a.x']) await bucket.put(key, '0');
  let isWriting = true;
  const writing = (async () => {
    for (let n = 1; isWriting; n += 1) await Promise.all(['b', 'a.x'].map((key) => bucket.put(key, `${n}`)));
  })();
  for (let n = 0; n < 300; n += 1) expect(await keysOf(bucket)).toEqual(['a.x', 'b']);
  isWriting = false;
  await writing;
});

it('what was written under a key comes oldest first, and no more than is kept', async () => {
  const bucket = await openBucket(nats.connection, 'kept', { history: 3 });
  for (const value of ['1', '2', '3', '4']) await bucket.put('a', value);
  await bucket.put('ab', 'another');
  expect((await valuesOf(bucket, 'a')).map((value) => Buffer.from(value).toString())).toEqual(['2', '3', '4']);
  expect(await valuesOf(bucket, 'none')).toEqual([]);
});
