import { expect, test } from 'vitest';
import { BUCKETS } from '../../../src/contracts/subjects.ts';
import { bucketOptions } from '../../../src/nats/bucket-settings.ts';
import { openBucket } from '../../../src/nats/store/bucket.ts';
import { createFleetModeStore } from '../../../src/nats/store/fleet-mode-store.ts';
import { changeMode } from '../../../src/pipeline/fleet/change-mode.ts';
import { useNatsServer } from '../../support/nats.ts';

const nats = useNatsServer();

test('junk under the key neither ends a shadow mode nor keeps a change out', async () => {
  const bucket = await openBucket(nats.connection, BUCKETS.fleet, bucketOptions('fleet', 1));
  const modes = createFleetModeStore(bucket);
  await modes.put({ schema: 'knell.mode/v1', mode: 'shadow', shadowed: {} }, 0);
  await bucket.put('mode', '{"stream":"KNELL_LOGS", "seq":22}');
  expect((await modes.get())?.mode.mode).toBe('shadow');
  await changeMode(modes, (current) => ({ ...current, mode: 'enforce' }));
  expect((await modes.get())?.mode.mode).toBe('enforce');
});

test('where nothing is left to read the fleet is in shadow', async () => {
  const bucket = await openBucket(nats.connection, BUCKETS.fleet, bucketOptions('fleet', 1));
  for (let write = 0; write < 16; write += 1) await bucket.put('mode', 'junk');
  expect((await createFleetModeStore(bucket).get())?.mode.mode).toBe('shadow');
});
