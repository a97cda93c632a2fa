import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { rulesCommand } from '../../../src/cli/rules/rules.ts';
import type { RulesPointer } from '../../../src/contracts/rules-pointer.ts';
import { openRules } from '../../../src/nats/ensure-streams.ts';
import { newKeyPair, readSigningKey } from '../../../src/signing/keys.ts';
import { bundleWith, forgetPublished, pointerTo } from '../../support/bundles.ts';
import { type CommandResult, runCommand } from '../../support/command.ts';
import { useNatsServer } from '../../support/nats.ts';
import { packText, type SomeRules } from '../../support/rule-files.ts';

const nats = useNatsServer();
const work = mkdtempSync(join(tmpdir(), 'knell-signed-rules-'));
const keys = newKeyPair();
const keyFile = join(work, 'rules.pem');
writeFileSync(keyFile, keys.privatePem, { mode: 0o600 });
afterAll(() => rmSync(work, { recursive: true, force: true }));
beforeEach(() => forgetPublished(nats.connection));

function folderWith(rules: SomeRules = {}): string {
  const folder = mkdtempSync(join(work, 'folder-'));
  writeFileSync(join(folder, 'acme.yaml'), packText(rules));
  return folder;
}

const unsigned = (...args: string[]): Promise<CommandResult> =>
  runCommand(rulesCommand(), ['rules', ...args], { NATS_URL: nats.server.url });
const signed = (...args: string[]): Promise<CommandResult> =>
  runCommand(rulesCommand(), ['rules', ...args], {
    NATS_URL: nats.server.url,
    KNELL_RULES_SIGNING_KEY_FILE: keyFile,
  });
async function publish(...args: string[]): Promise<RulesPointer> {
  const { out, err, code } = await signed('publish', '--json', ...args);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  return JSON.parse(out) as RulesPointer;
}

/** Whoever can write to the bucket, and has no key: writes an entry, and puts the bundle that it names beside it. */
async function writeByHand(pointer: RulesPointer, bundle = bundleWith({ version: '9.0.0' })): Promise<void> {
  const { pointers, bundles } = await openRules(nats.connection);
  await bundles.put(bundle.digest, bundle.bytes);
  expect(await pointers.put(pointer, (await pointers.get(pointer.name))?.revision ?? 0)).toBe(true);
}
async function active(): Promise<RulesPointer | undefined> {
  return (await (await openRules(nats.connection)).pointers.get('active'))?.pointer;
}

const evil = bundleWith({ version: '9.0.0', more: ['evil'] });

describe('what somebody without the key writes to the bucket', () => {
  it('does not say what a signed rollback goes back to', async () => {
    const first = await publish(folderWith());
    const second = await publish(folderWith({ version: '1.0.1' }));
    await writeByHand(pointerTo(second.digest, { previous: evil.digest }, 3), evil);
    const back = await signed('rollback');
    expect(back).toMatchObject({ code: 0, err: expect.stringContaining('move 3 by pat, is left out') });
    expect(await active()).toMatchObject({ digest: first.digest, serial: 4 });
  });

  it('is not what a signed publication follows, or is compared with', async () => {
    const first = await publish(folderWith());
    await writeByHand(pointerTo(evil.digest, {}, 2), evil);
    const result = await signed('publish', '--json', folderWith({ version: '1.0.1' }));
    expect(result).toMatchObject({ code: 0, err: expect.stringContaining('is left out') });
    expect(JSON.parse(result.out)).toMatchObject({ previous: first.digest, serial: 3 });
  });

  it('does not use the serials up', async () => {
    await publish(folderWith());
    await writeByHand(pointerTo(evil.digest, {}, Number.MAX_SAFE_INTEGER), evil);
    const result = await signed('publish', '--json', folderWith({ version: '1.0.1' }));
    expect(JSON.parse(result.out)).toMatchObject({ serial: 2 });
  });

  it('does not take a serial back, though it was signed once', async () => {
    const first = await publish(folderWith());
    for (const version of ['1.0.1', '1.0.2']) await publish(folderWith({ version }));
    await writeByHand(first);
    expect(JSON.parse((await signed('publish', '--json', folderWith({ version: '1.0.3' }))).out)).toMatchObject({
      serial: 4,
    });
  });

  it('is not promoted or pinned in the name of somebody who signs, forced or not', async () => {
    await publish(folderWith());
    await writeByHand(pointerTo(evil.digest, { name: 'candidate' }, 1), evil);
    for (const args of [
      ['promote', '--force', '--allow-removals'],
      ['pin', 'canary', 'candidate'],
    ]) {
      expect(await signed(...args)).toMatchObject({
        code: 2,
        err: expect.stringContaining('"candidate" is not signed by a trusted key'),
      });
    }
  });
});

describe('without a key', () => {
  it('the last serial there is stops who publishes, who is told what to do', async () => {
    await writeByHand(pointerTo(evil.digest, {}, Number.MAX_SAFE_INTEGER), evil);
    const result = await unsigned('publish', folderWith({ version: '9.0.1', more: ['evil'] }));
    expect(result).toMatchObject({ code: 1, err: expect.stringContaining('purge the key "active"') });
  });
});

describe('who begins to sign', () => {
  it('signs nothing that unsigned entries say, and is told', async () => {
    expect((await unsigned('publish', folderWith())).code).toBe(0);
    const result = await signed('publish', '--json', folderWith({ version: '1.0.1' }));
    expect(result.err).toContain('no entry of "active" is signed by a key that is known here');
    expect(JSON.parse(result.out)).not.toHaveProperty('previous');
    expect(await signed('rollback')).toMatchObject({ code: 2 });
  });

  it('goes by the keys of others who publish, where they are named', async () => {
    const other = newKeyPair();
    const bundle = bundleWith();
    await writeByHand(pointerTo(bundle.digest, {}, 1, readSigningKey(other.privatePem)), bundle);
    const result = await runCommand(rulesCommand(), ['rules', 'publish', '--json', folderWith({ version: '1.0.1' })], {
      NATS_URL: nats.server.url,
      KNELL_RULES_SIGNING_KEY_FILE: keyFile,
      KNELL_RULES_PUBLIC_KEYS: other.publicKey,
    });
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(result.out)).toMatchObject({ previous: bundle.digest, serial: 2 });
  });
});

describe('knell rules rollback', () => {
  it('goes back from rules that were published twice', async () => {
    const first = await publish(folderWith());
    const second = folderWith({ version: '1.0.1' });
    await publish(second);
    await publish(second);
    expect((await signed('rollback')).code).toBe(0);
    expect(await active()).toMatchObject({ digest: first.digest });
  });

  it('leads to nothing that was never active', async () => {
    await publish(folderWith());
    await publish('--candidate', folderWith({ version: '1.0.1' }));
    expect(await signed('rollback', '--to', 'candidate')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no move that counts here has made the rules'),
    });
  });
});
