import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Archive } from '../../src/bundles/archive.ts';
import { followRules, type RuleFollower } from '../../src/bundles/follow-rules.ts';
import type { RulesPointer } from '../../src/contracts/rules-pointer.ts';
import { openRules, type RulesStores } from '../../src/nats/ensure-streams.ts';
import { newKeyPair, readSigningKey, readTrustedKeys } from '../../src/signing/keys.ts';
import { bundleWith, forgetPublished, LOAD, pointerTo } from '../support/bundles.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';

const nats = useNatsServer();
const keys = newKeyPair();
const key = readSigningKey(keys.privatePem);
const folder = rulesFrom('pack: acme\nrules: [{ id: own, match: [{ event: result, text: own }] }]');
const active = bundleWith({ version: '2.0.0', more: ['second'] });
const other = bundleWith({ version: '3.0.0', more: ['second', 'third'] });

let stores: RulesStores;
let clock: ManualClock;
let follower: RuleFollower | undefined;
let refusals: string[];
let taken: string[];

beforeEach(async () => {
  await forgetPublished(nats.connection);
  stores = await openRules(nats.connection);
  clock = createManualClock(Date.parse('2026-11-22T12:00:00.000Z'));
  [follower, refusals, taken] = [undefined, [], []];
});
afterEach(() => follower?.stop());

async function follow(signed?: true): Promise<RuleFollower> {
  follower = await followRules({
    ...stores,
    statuses: stores.workers,
    folder: () => folder,
    load: LOAD,
    trusted: signed && readTrustedKeys(keys.publicKey),
    identity: { worker: 'w1', host: 'here', version: '1.2.3' },
    clock,
    triedOn: (digest) => ({ tried: digest === other.digest ? 7 : 0, left_out: 0 }),
    onChanged: () => undefined,
    onCandidate: ({ digest }) => void taken.push(digest ?? ''),
    onRefused: ({ name }, [found]) => void refusals.push(`${name} ${found?.code}`),
    onLastGood: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  return follower;
}

async function publish(archive: Archive, over: Partial<RulesPointer> = {}, signWith?: typeof key): Promise<void> {
  await stores.bundles.put(archive.digest, archive.bytes);
  const { name = 'active' } = over;
  const before = await stores.pointers.get(name);
  const serial = over.serial ?? (before?.pointer?.serial ?? 0) + 1;
  expect(await stores.pointers.put(pointerTo(archive.digest, over, serial, signWith), before?.revision ?? 0)).toBe(
    true,
  );
}
const name = 'candidate';
const digests = (one: RuleFollower) => [one.current().digest, one.candidate()?.digest];
const status = async () => (await stores.workers.list())[0];

describe('a candidate', () => {
  it('is tried beside what is in force, which it does not change, and the worker says so', async () => {
    await publish(active);
    const one = await follow();
    expect(digests(one)).toEqual([active.digest, undefined]);
    await publish(other, { name });
    await expect.poll(() => digests(one)).toEqual([active.digest, other.digest]);
    await expect
      .poll(status)
      .toMatchObject({ digest: active.digest, candidate: { digest: other.digest, tried: 7, left_out: 0 } });
    expect([refusals, taken]).toEqual([[], [other.digest]]);
  });

  it('is tried beside the rules of a folder too', async () => {
    await publish(other, { name });
    expect(digests(await follow())).toEqual([folder.digest, other.digest]);
  });

  it('is tried though it is older and smaller than what is active: that is asked when it is promoted', async () => {
    await publish(other);
    await publish(active, { name, previous: other.digest });
    expect(digests(await follow())).toEqual([other.digest, active.digest]);
    expect(refusals).toEqual([]);
  });

  it('is none any more once it is withdrawn', async () => {
    await publish(active);
    await publish(other, { name });
    const one = await follow();
    expect(one.candidate()?.digest).toBe(other.digest);
    const before = await stores.pointers.get(name);
    await stores.pointers.put(pointerTo(undefined, { name, action: 'release' }, 2), before?.revision ?? 0);
    await one.look();
    expect(one.candidate()).toBeUndefined();
    expect(await status()).not.toHaveProperty('candidate');
  });
});

describe('a candidate is not tried, the one before it neither, and the worker says why', () => {
  const broken = bundleWith({ version: '3.0.0', says: 'Licence (expired' });

  it.each<[string, Archive, string]>([
    ['where it has an error', broken, 'pattern-invalid'],
    ['where it is for a newer knell', bundleWith({ version: '3.0.0' }, '9.0.0'), 'engine-too-old'],
  ])('%s', async (_, archive, code) => {
    await publish(active);
    await publish(other, { name });
    const one = await follow();
    await publish(archive, { name });
    await one.look();
    expect(digests(one)).toEqual([active.digest, undefined]);
    const said = await status();
    expect(said).toMatchObject({
      digest: active.digest,
      candidate: { refused: { pointer: 'candidate', serial: 2, digest: archive.digest } },
    });
    expect(said?.candidate?.refused?.findings[0]?.code).toBe(code);
    expect(said).not.toHaveProperty('refused');
    await one.look();
    expect(refusals).toEqual([`candidate ${code}`]);
  });

  it('where its bytes are not the ones that were published', async () => {
    await publish(active);
    const objects = await nats.connection.jetstream().views.os('knell_bundles');
    await objects.putBlob({ name: other.digest }, active.bytes);
    expect(await stores.pointers.put(pointerTo(other.digest, { name }), 0)).toBe(true);
    expect(digests(await follow())).toEqual([active.digest, undefined]);
    expect(refusals).toEqual(['candidate bundle-tampered']);
  });

  it('until its bundle is there', async () => {
    await publish(active);
    expect(await stores.pointers.put(pointerTo(other.digest, { name }), 0)).toBe(true);
    const one = await follow();
    await one.look();
    expect(refusals).toEqual(['candidate bundle-missing']);
    await stores.bundles.put(other.digest, other.bytes);
    await one.look();
    expect(digests(one)).toEqual([active.digest, other.digest]);
  });

  it('where what stands there is no pointer', async () => {
    await publish(active);
    await (await nats.connection.jetstream().views.kv('knell_rules')).put(name, 'nonsense');
    expect(digests(await follow())).toEqual([active.digest, undefined]);
    expect(refusals).toEqual(['candidate pointer-unreadable']);
  });

  it('where keys are configured and none of them signed it, whatever is active', async () => {
    await publish(active, {}, key);
    await publish(other, { name });
    const one = await follow(true);
    expect(digests(one)).toEqual([active.digest, undefined]);
    await publish(other, { name }, key);
    await one.look();
    expect(digests(one)).toEqual([active.digest, other.digest]);
    await publish(other, { name, serial: 1 }, key);
    await one.look();
    expect(digests(one)).toEqual([active.digest, undefined]);
    expect(refusals).toEqual(['candidate pointer-untrusted', 'candidate pointer-older']);
  });
});
