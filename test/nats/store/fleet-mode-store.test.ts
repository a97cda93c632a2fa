import { describe, expect, test } from 'vitest';
import type { FleetMode } from '../../../src/contracts/fleet-mode.ts';
import { BUCKETS } from '../../../src/contracts/subjects.ts';
import { bucketOptions } from '../../../src/nats/bucket-settings.ts';
import { openBucket } from '../../../src/nats/store/bucket.ts';
import { createFleetModeStore } from '../../../src/nats/store/fleet-mode-store.ts';
import { changeMode } from '../../../src/pipeline/fleet/change-mode.ts';
import { newKeyPair, readSigningKey, readTrustedKeys, signingWith } from '../../../src/signing/keys.ts';
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
  expect((await createFleetModeStore(bucket).get())?.mode).toMatchObject({
    mode: 'shadow',
    because: { by: 'knell', reason: expect.stringContaining('set it anew with "knell mode enforce"') },
  });
});

describe('a worker that follows the mode', () => {
  const shadow = { schema: 'knell.mode/v1', mode: 'shadow', shadowed: {} } as const;
  let followed = 0;
  async function follow() {
    followed += 1;
    const name = `${BUCKETS.fleet}_followed_${followed}`;
    const bucket = await openBucket(nats.connection, name, bucketOptions('fleet', 1));
    const modes = createFleetModeStore(bucket, { checkEveryMs: 20 });
    const heard: (string | undefined)[] = [];
    const stop = await modes.watch(({ mode }) => heard.push(mode));
    return { bucket, modes, heard, stop, name };
  }

  test('begins anew when the entry is deleted', async () => {
    const { bucket, modes, heard, stop } = await follow();
    await modes.put(shadow, 0);
    await expect.poll(() => heard.at(-1)).toBe('shadow');
    await bucket.delete('mode');
    await expect.poll(() => heard).toEqual(['shadow', undefined]);
    stop();
  });

  test('begins anew when the bucket is made anew', async () => {
    const { modes, heard, stop, name } = await follow();
    await modes.put(shadow, 0);
    await expect.poll(() => heard.at(-1)).toBe('shadow');
    await (await nats.connection.jetstreamManager()).streams.delete(`KV_${name}`);
    await openBucket(nats.connection, name, bucketOptions('fleet', 1));
    await expect.poll(() => heard.at(-1)).toBeUndefined();
    expect(await modes.get()).toBeUndefined();
    stop();
  });

  test('takes junk for what everybody else takes it for', async () => {
    const { bucket, modes, heard, stop } = await follow();
    await bucket.put('mode', 'junk');
    await expect.poll(() => heard.at(-1)).toBe((await modes.get())?.mode.mode);
    expect(heard).toEqual(['shadow']);
    stop();
  });
});

describe('where a worker signs', () => {
  const pair = newKeyPair();
  const signing = signingWith(readSigningKey(pair.privatePem));
  const shadow = { schema: 'knell.mode/v1', mode: 'shadow', shadowed: {} } as const;
  let fleets = 0;
  const openFleet = () => {
    fleets += 1;
    return openBucket(nats.connection, `${BUCKETS.fleet}_${fleets}`, bucketOptions('fleet', 1));
  };
  const modeOf = async (modes: { get(): Promise<{ readonly mode: FleetMode } | undefined> }) =>
    (await modes.get())?.mode.mode;

  test('an entry that no trusted key has signed changes nothing, and the last one is written anew', async () => {
    const bucket = await openFleet();
    let foreign = 0;
    const worker = createFleetModeStore(bucket, { signing, onForeign: () => (foreign += 1) });
    const heard: (string | undefined)[] = [];
    const stop = await worker.watch(({ mode }) => heard.push(mode));
    await changeMode(worker, (current) => ({ ...current, mode: 'enforce' }));
    await bucket.put('mode', JSON.stringify(shadow));
    expect(await modeOf(worker)).toBe('enforce');
    const other = signingWith(readSigningKey(newKeyPair().privatePem));
    await createFleetModeStore(bucket, { signing: other }).put(
      { ...shadow, serial: 90 },
      (await bucket.get('mode'))?.revision ?? 0,
    );
    await expect.poll(async () => JSON.parse((await bucket.get('mode'))?.string() ?? '{}').mode).toBe('enforce');
    expect(await modeOf(createFleetModeStore(bucket, { signing }))).toBe('enforce');
    expect(heard).not.toContain('shadow');
    expect(foreign).toBeGreaterThan(0);
    stop();
  });

  test('an entry that was deleted is written anew', async () => {
    const bucket = await openFleet();
    const worker = createFleetModeStore(bucket, { signing });
    const stop = await worker.watch(() => undefined);
    await changeMode(worker, (current) => ({ ...current, mode: 'shadow' }));
    await bucket.delete('mode');
    await expect.poll(() => modeOf(worker)).toBe('shadow');
    stop();
  });

  test('an old entry of its own that is written again changes nothing either', async () => {
    const bucket = await openFleet();
    const worker = createFleetModeStore(bucket, { signing });
    await changeMode(worker, () => shadow);
    const old = (await bucket.get('mode'))?.string() ?? '';
    await changeMode(worker, (current) => ({ ...current, mode: 'enforce' }));
    await bucket.put('mode', old);
    expect(await modeOf(worker)).toBe('enforce');
  });

  test('what was said before there was a key holds, and is signed then', async () => {
    const bucket = await openFleet();
    await bucket.put('mode', JSON.stringify(shadow));
    const worker = createFleetModeStore(bucket, { signing });
    const stop = await worker.watch(() => undefined);
    expect(await modeOf(worker)).toBe('shadow');
    await bucket.put('mode', JSON.stringify({ ...shadow, mode: 'enforce' }));
    expect(await modeOf(worker)).toBe('shadow');
    stop();
  });

  test('a key that is being replaced counts as long as it is trusted', async () => {
    const bucket = await openFleet();
    const next = signingWith(readSigningKey(newKeyPair().privatePem), readTrustedKeys(pair.publicKey));
    await changeMode(createFleetModeStore(bucket, { signing }), () => shadow);
    expect(await modeOf(createFleetModeStore(bucket, { signing: next }))).toBe('shadow');
  });
});
