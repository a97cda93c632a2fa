import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import { modeCommand } from '../../src/cli/mode.ts';
import type { Service } from '../../src/service/service.ts';
import { newKeyPair, readSigningKey, signingWith } from '../../src/signing/keys.ts';
import { runCommand } from '../support/command.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService } from '../support/service.ts';

const nats = useNatsServer();
const { privatePem } = newKeyPair();
const rules = rulesFrom("rules: [{ id: spent, match: [{ event: result, text: 'all is spent' }] }]");
let service: Service;
let folder: string;
let keyFile: string;

const mode = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runCommand(modeCommand(), ['mode', ...args], { NATS_URL: nats.server.url, ...environment });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'knell-mode-'));
  keyFile = join(folder, 'signing.pem');
  writeFileSync(keyFile, privatePem, { mode: 0o600 });
  const signing = signingWith(readSigningKey(privatePem));
  service = await startTestService(nats.server.url, rules, DEFAULT_POLICY, { signing });
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

test('where the service signs, the mode is changed with its key, and with no other', async () => {
  const refused = await mode(['shadow']);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('set KNELL_SIGNING_KEY_FILE');
  expect((await mode(['shadow', '--json'], { KNELL_SIGNING_KEY_FILE: keyFile })).code).toBe(0);
  expect(JSON.parse((await mode(['--json'])).out)).toMatchObject({ mode: 'shadow' });
  const stranger = await mode(['enforce'], { KNELL_SIGNING_KEY: newKeyPair().privatePem });
  expect(stranger.code).toBe(2);
  expect(stranger.err).toContain('signed by a key that they trust');
});
