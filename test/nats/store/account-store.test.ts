import type { KvEntry } from 'nats';
import { expect, test } from 'vitest';
import { EMPTY_ACCOUNT } from '../../../src/contracts/account.ts';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { createAccountStore } from '../../../src/nats/store/account-store.ts';
import { useNatsServer } from '../../support/nats.ts';
import { subjects } from '../../support/service.ts';

const nats = useNatsServer();

test('what many workers add at once is all there, and an entry that can’t be read counts as none, which is said', async () => {
  const { fleet } = await ensureStreams(nats.connection, subjects);
  await fleet.put('account', 'scribble');
  const scribbled = (await fleet.get('account')) as KvEntry;
  const store = createAccountStore(fleet);
  expect(await store.get()).toMatchObject({ messages: 0, missed: 0 });
  await Promise.all(Array.from({ length: 10 }, () => createAccountStore(fleet).add({ messages: 3, bytes: 5 })));
  await store.add({ rejected: 1, dead: 2, missed: 4 });
  expect(await store.get()).toEqual({
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
  await store.add({ messages: 1 });
  const before = await store.get();
  for (const junk of ['', 'null', '{"schema":"knell.account/v1","messages":1e308}']) await fleet.put('account', junk);
  expect(await store.get()).toEqual(before);
  await store.add({ messages: 1 });
  expect(await store.get()).toEqual({ ...before, messages: before.messages + 1 });
  await fleet.delete('account');
  expect(await store.get()).toEqual(EMPTY_ACCOUNT);
});
