import { expect, test } from 'vitest';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { createAccountStore } from '../../../src/nats/store/account-store.ts';
import { useNatsServer } from '../../support/nats.ts';
import { subjects } from '../../support/service.ts';

const nats = useNatsServer();

test('what many workers add at once is all there, and an entry that can’t be read counts as none', async () => {
  const { fleet } = await ensureStreams(nats.connection, subjects);
  await fleet.put('account', 'scribble');
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
  });
});
