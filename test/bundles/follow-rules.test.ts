import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Archive } from '../../src/bundles/archive.ts';
import { followRules, type RuleFollower } from '../../src/bundles/follow-rules.ts';
import type { LastGood } from '../../src/bundles/last-good.ts';
import type { RulesPointer } from '../../src/contracts/rules-pointer.ts';
import { openRules, type RulesStores } from '../../src/nats/ensure-streams.ts';
import { newKeyPair, readSigningKey, readTrustedKeys } from '../../src/signing/keys.ts';
import { bundleWith, forgetPublished, LOAD, pointerTo } from '../support/bundles.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';

const nats = useNatsServer();
const rulesOf = (pack: string) =>
  rulesFrom(`pack: ${pack}\nrules: [{ id: own, match: [{ event: result, text: own }] }]`);
const folder = rulesOf('acme');
/** Of a runtime that nothing here publishes rules for. */
const otherFolder = rulesOf('codex');
const keys = newKeyPair();
const key = readSigningKey(keys.privatePem);
const trusted = readTrustedKeys(keys.publicKey);
const first = bundleWith();
const second = bundleWith({ version: '2.0.0', more: ['second'] });

let stores: RulesStores;
let clock: ManualClock;
let kept: LastGood | undefined;
let changes: string[];
let refusals: string[];
let lacked: string[];
let onDisk: number;
let followers: RuleFollower[];

beforeEach(async () => {
  await forgetPublished(nats.connection);
  stores = await openRules(nats.connection);
  clock = createManualClock(Date.parse('2026-11-22T12:00:00.000Z'));
  [kept, changes, refusals, lacked, onDisk, followers] = [undefined, [], [], [], 0, []];
});
afterEach(() => Promise.all(followers.map((follower) => follower.stop())));

async function follow(
  more: { group?: string; signed?: true; worker?: string; folder?: typeof folder } = {},
): Promise<RuleFollower> {
  const follower = await followRules({
    ...stores,
    statuses: stores.workers,
    lastGood: {
      load: async () => kept,
      save: async (good) => {
        kept = good;
      },
    },
    folder: () => more.folder ?? folder,
    load: LOAD,
    group: more.group,
    trusted: more.signed && trusted,
    identity: { worker: more.worker ?? 'w1', host: 'here', version: '1.2.3' },
    clock,
    onChanged(_, after, __, lacking) {
      changes.push(after);
      lacked.push(...lacking);
    },
    onRefused: (_, [found]) => void refusals.push(found?.code ?? ''),
    onLastGood: () => {
      onDisk += 1;
    },
    onError: (error) => {
      throw error;
    },
  });
  followers.push(follower);
  return follower;
}

/** Moves a pointer as a publisher would, whatever stands there. */
async function publish(archive: Archive, over: Partial<RulesPointer> = {}, signWith?: typeof key): Promise<void> {
  await stores.bundles.put(archive.digest, archive.bytes);
  await point(pointerTo(archive.digest, over, over.serial ?? (await nextSerial(over.name)), signWith));
}
async function nextSerial(name: RulesPointer['name'] = 'active'): Promise<number> {
  return ((await stores.pointers.get(name))?.pointer?.serial ?? 0) + 1;
}
async function point(pointer: RulesPointer): Promise<void> {
  const before = await stores.pointers.get(pointer.name);
  expect(await stores.pointers.put(pointer, before?.revision ?? 0)).toBe(true);
}

describe('a worker', () => {
  it('runs the rules of its folder while nothing is published, and says so', async () => {
    const follower = await follow();
    expect(follower.current()).toBe(folder);
    expect(await stores.workers.list()).toMatchObject([
      { worker: 'w1', source: 'folder', digest: folder.digest, packs: ['acme'] },
    ]);
  });

  it('takes what is published, without being asked, and says so', async () => {
    const follower = await follow();
    await publish(first);
    await expect.poll(() => follower.current().digest).toBe(first.digest);
    await expect.poll(() => stores.workers.list()).toMatchObject([{ source: 'published', digest: first.digest }]);
    expect(kept).toMatchObject({ pointer: { digest: first.digest }, serials: { active: 1 } });
  });

  it('goes back in one move, also to older rules', async () => {
    await publish(first);
    await publish(second, { previous: first.digest });
    const follower = await follow();
    expect(follower.current().digest).toBe(second.digest);
    await publish(first, { action: 'rollback' });
    await follower.look();
    expect(follower.current().digest).toBe(first.digest);
  });

  it('is not told of anew when it stops, and is forgotten', async () => {
    const follower = await follow();
    await follower.stop();
    expect(await stores.workers.list()).toEqual([]);
  });

  it('runs the pin of its group, and what is active once that is released', async () => {
    await publish(second);
    await publish(first, { name: 'pin.canary', action: 'pin' });
    const [canary, other] = [await follow({ group: 'canary' }), await follow({ worker: 'w2' })];
    expect([canary.current().digest, other.current().digest]).toEqual([first.digest, second.digest]);
    await point(pointerTo(undefined, { name: 'pin.canary', action: 'release' }, 2));
    await canary.look();
    expect(canary.current().digest).toBe(second.digest);
    expect(refusals).toEqual([]);
  });
});

describe('a worker that has run its folder', () => {
  it('keeps it where the first that is published lacks a pack of it, then and later', async () => {
    const follower = await follow({ folder: otherFolder });
    await publish(first);
    await follower.look();
    await publish(second, { previous: first.digest });
    await follower.look();
    expect(follower.current()).toBe(otherFolder);
    expect(refusals).toEqual(['bundle-smaller', 'bundle-smaller']);
    const [status] = await stores.workers.list();
    expect(status).toMatchObject({ source: 'folder', refused: { digest: second.digest } });
    expect(status?.refused?.findings[0]?.message).toContain('lacks codex,');
  });

  it('takes it where the removal is meant, and tells what is gone', async () => {
    const follower = await follow({ folder: otherFolder });
    await publish(first, { allow_removals: true });
    await follower.look();
    expect(follower.current().digest).toBe(first.digest);
    expect([refusals, lacked]).toEqual([[], ['codex']]);
  });

  it('started after the publication, takes it too, as the others run it, and tells what it lacks', async () => {
    await publish(first);
    const follower = await follow({ folder: otherFolder });
    expect(follower.current().digest).toBe(first.digest);
    expect([refusals, lacked]).toEqual([[], ['codex']]);
  });
});

describe('a worker keeps what it runs, and says why', () => {
  const broken = bundleWith({ version: '3.0.0', more: ['second'], says: 'Licence (expired' });
  const tampered = { digest: second.digest, bytes: Buffer.concat([first.bytes.subarray(0, -1), Buffer.from(' ')]) };
  const smaller = bundleWith({ version: '3.0.0' });

  it.each<[string, Archive, string]>([
    ['has an error', broken, 'pattern-invalid'],
    ['is for a newer knell', bundleWith({ version: '3.0.0', more: ['second'] }, '9.0.0'), 'engine-too-old'],
    ['lacks what is active', smaller, 'bundle-smaller'],
    ['is older than what is active', first, 'bundle-older'],
  ])('where the new bundle %s', async (_, archive, code) => {
    await publish(second);
    const follower = await follow();
    await publish(archive, { previous: second.digest });
    await follower.look();
    expect(follower.current().digest).toBe(second.digest);
    expect(refusals).toEqual([code]);
    const [status] = await stores.workers.list();
    expect(status).toMatchObject({
      digest: second.digest,
      refused: { digest: archive.digest, pointer: 'active', serial: 2 },
    });
    expect(status?.refused?.findings[0]?.code).toBe(code);
    expect(kept?.pointer.digest).toBe(second.digest);
    await follower.look();
    expect(refusals).toHaveLength(1);
  });

  it('where the bytes are not the ones that were published', async () => {
    await publish(first);
    const follower = await follow();
    const objects = await nats.connection.jetstream().views.os('knell_bundles');
    await objects.putBlob({ name: tampered.digest }, tampered.bytes);
    await point(pointerTo(second.digest, { previous: first.digest }, 2));
    await follower.look();
    expect(follower.current().digest).toBe(first.digest);
    expect(refusals).toEqual(['bundle-tampered']);
  });

  it('where a bundle that it ran before was tampered with since', async () => {
    await publish(first);
    await publish(second, { previous: first.digest });
    const follower = await follow();
    await publish(first, { action: 'rollback' });
    await follower.look();
    const objects = await nats.connection.jetstream().views.os('knell_bundles');
    await objects.putBlob({ name: second.digest }, tampered.bytes);
    await point(pointerTo(second.digest, { previous: first.digest }, 4));
    await follower.look();
    expect([follower.current().digest, refusals]).toEqual([first.digest, ['bundle-tampered']]);
  });

  it('until a bundle arrives that was named before it was there', async () => {
    await publish(first);
    const follower = await follow();
    await point(pointerTo(second.digest, { previous: first.digest }, 2));
    await follower.look();
    expect(refusals).toEqual(['bundle-missing']);
    await stores.bundles.put(second.digest, second.bytes);
    await clock.advance(1_000);
    await follower.look();
    expect(follower.current().digest).toBe(second.digest);
    expect((await stores.workers.list())[0]?.refused).toBeUndefined();
  });

  it('where a pointer is deleted or is none', async () => {
    await publish(first);
    const follower = await follow();
    const bucket = await nats.connection.jetstream().views.kv('knell_rules');
    await bucket.put('active', 'nonsense');
    await follower.look();
    await bucket.delete('active');
    await follower.look();
    expect([follower.current().digest, refusals]).toEqual([first.digest, ['pointer-unreadable']]);
  });
});

describe('where keys are configured', () => {
  it('a signed publication is followed', async () => {
    await publish(first, {}, key);
    expect((await follow({ signed: true })).current().digest).toBe(first.digest);
  });

  it('an unsigned one is refused, and so is one whose signature was for another', async () => {
    await publish(first, {}, key);
    const follower = await follow({ signed: true });
    await publish(second, { previous: first.digest });
    await follower.look();
    const signed = pointerTo(first.digest, {}, 3, key);
    await point({ ...signed, digest: second.digest });
    await follower.look();
    expect([follower.current().digest, refusals]).toEqual([first.digest, ['pointer-untrusted', 'pointer-untrusted']]);
  });

  it('an old signed entry that is written again is refused, also after a restart', async () => {
    await publish(first, {}, key);
    const old = (await stores.pointers.get('active'))?.pointer as RulesPointer;
    await publish(second, { previous: first.digest }, key);
    const follower = await follow({ signed: true });
    await point(old);
    await follower.look();
    await follower.stop();
    const restarted = await follow({ signed: true });
    expect([follower.current().digest, restarted.current().digest]).toEqual([second.digest, second.digest]);
    expect(refusals).toEqual(['pointer-older', 'pointer-older']);
  });

  it('what lies on disk is verified as well', async () => {
    await publish(first);
    await (await follow()).stop();
    expect(kept).toBeDefined();
    expect((await follow({ signed: true })).current()).toBe(folder);
    kept = { ...(kept as LastGood), bundle: second.bytes.toString('utf8') };
    expect((await follow({ worker: 'w3' })).current().digest).toBe(first.digest);
    expect(refusals).toEqual(['pointer-untrusted', 'pointer-untrusted', 'bundle-tampered']);
  });
});

describe('after a restart the last good rules on disk hold', () => {
  it('where their bundle is gone from the store', async () => {
    await publish(first);
    await (await follow()).stop();
    await (await nats.connection.jetstream().views.os('knell_bundles')).delete(first.digest);
    expect((await follow()).current().digest).toBe(first.digest);
    expect(onDisk).toBe(0);
  });

  it('where what is published now is refused', async () => {
    await publish(second);
    await (await follow()).stop();
    await publish(first, { previous: second.digest });
    expect((await follow()).current().digest).toBe(second.digest);
    expect([onDisk, refusals]).toEqual([1, ['bundle-older']]);
    expect(await stores.workers.list()).toMatchObject([{ source: 'last_good', refused: { digest: first.digest } }]);
  });

  it('where nothing is published any more', async () => {
    await publish(first);
    await (await follow()).stop();
    await (await nats.connection.jetstreamManager()).streams.delete('KV_knell_rules');
    await openRules(nats.connection);
    expect((await follow()).current().digest).toBe(first.digest);
    expect(onDisk).toBe(1);
  });
});
