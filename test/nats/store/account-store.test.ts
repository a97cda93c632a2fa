import type { KvEntry } from 'nats';
import { expect, test } from 'vitest';
import { EMPTY_ACCOUNT } from '../../../src/contracts/account.ts';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { createAccountStore } from '../../../src/nats/store/account-store.ts';
import { useNatsServer } from '../../support/nats.ts';
import { subjects } from '../../support/service.ts';

const nats = useNatsServer();
/** Messages of the stream that is there. */
const told = (seqs: [number, number], bytes = 0) => ({ seqs, bytes, atMs: Date.now() + 60_000 });

test('what many workers add at once is all there, and an entry that can’t be read counts as none, which is said', async () => {
  const { fleet } = await ensureStreams(nats.connection, subjects);
  await fleet.put('account', 'scribble');
  const scribbled = (await fleet.get('account')) as KvEntry;
  const store = createAccountStore(fleet);
  expect(await store.get()).toMatchObject({ messages: 0, missed: 0 });
  const added = Array.from({ length: 10 }, (_, at) => told([at * 3 + 1, at * 3 + 3], 5));
  await Promise.all(added.map((one) => createAccountStore(fleet).add({ decided: [one] })));
  const [rejected, dead, missed] = [told([31, 31]), told([32, 33]), told([34, 37])];
  await store.add({
    decided: [
      { ...rejected, as: 'rejected' },
      { ...dead, as: 'dead' },
      { ...missed, as: 'missed' },
    ],
  });
  expect(await store.get()).toMatchObject({
    schema: 'knell.account/v1',
    messages: 30,
    bytes: 50,
    rejected: 1,
    dead: 2,
    missed: 4,
    unreadable_at: scribbled.created.toISOString(),
  });
});

test('where the newest entry can’t be read, the last one that can counts', async () => {
  const { fleet } = await ensureStreams(nats.connection, subjects);
  const store = createAccountStore(fleet);
  await store.add({ decided: [told([101, 101])] });
  const before = await store.get();
  for (const junk of ['', 'null', '{"schema":"knell.account/v1","messages":1e308}']) await fleet.put('account', junk);
  expect(await store.get()).toEqual(before);
  await store.add({ decided: [told([102, 102])] });
  expect(await store.get()).toEqual({
    ...before,
    messages: before.messages + 1,
    decided: [
      [1, 37],
      [101, 102],
    ],
  });
  await fleet.delete('account');
  expect(await store.get()).toEqual(EMPTY_ACCOUNT);
});
