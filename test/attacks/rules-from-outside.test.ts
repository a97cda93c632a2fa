import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { movePointer } from '../../src/bundles/pointer.ts';
import { rulesCommand } from '../../src/cli/rules/rules.ts';
import type { RulesPointer } from '../../src/contracts/rules-pointer.ts';
import type { WorkerRules } from '../../src/contracts/worker-rules.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';
import type { Service } from '../../src/service/service.ts';
import { newKeyPair, readSigningKey, readTrustedKeys } from '../../src/signing/keys.ts';
import { bundleWith } from '../support/bundles.ts';
import { claude } from '../support/claude-lines.ts';
import { runCommand } from '../support/command.ts';
import { useNatsServer } from '../support/nats.ts';
import { packText } from '../support/rule-files.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService } from '../support/service.ts';
import { KNELL } from '../support/tap-process.ts';
import {
  allIsRead,
  as,
  attack,
  commandsFor,
  expectStillJudges,
  freshRun,
  permissionOf,
  print,
  target,
} from './attack.ts';

const work = mkdtempSync(join(tmpdir(), 'knell-outside-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const folder = (name: string, files: Readonly<Record<string, string>>): string => {
  mkdirSync(join(work, name), { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(work, name, file), content);
  return join(work, name);
};

async function knell(args: readonly string[], cwd: string): Promise<{ code: number | null; text: string; ms: number }> {
  const sinceMs = performance.now();
  const { KNELL_RULES: _, ...env } = process.env;
  const child = spawn(process.execPath, [KNELL, ...args], { cwd, env: { ...env, NO_COLOR: '1' } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (data: string) => {
      text += data;
    });
  }
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, text, ms: performance.now() - sinceMs };
}

describe('rules that lie about', () => {
  const kills = packText({ says: 'Done' }).replaceAll("where: { is_error: true }, text: '^Done'", "text: 'Done'");
  attack('a rules/ folder in a repository that ends every run', 'scan and tap read the shipped ones', async () => {
    const repository = folder('repository', { 'healthy.log': `${claude.init()}\n${claude.succeeds()}\n` });
    folder('repository/rules', { 'acme.yaml': kills });
    expect((await knell(['scan', 'healthy.log'], repository)).code).toBe(0);
    const cat = ['tap', '--local', '--obey', '--runtime', 'claude', '--', 'cat', 'healthy.log'];
    expect((await knell(cat, repository)).code).toBe(0);
  });

  attack(
    'files and folders of rules that are links to /etc/passwd and to /',
    'refused, and nothing of them is repeated',
    async () => {
      const links = folder('links', { 'acme.yaml': packText() });
      symlinkSync('/etc/passwd', join(links, 'passwd.yaml'));
      symlinkSync('/', join(links, 'causes'));
      const { code, text } = await knell(['rules', 'check', links], work);
      expect(code).not.toBe(0);
      expect(text).toContain('a link out of the folder');
      expect(text).not.toContain('root:');
    },
  );

  attack(
    'a bomb of anchors, brackets without end, ten megabytes, zeroes',
    'each refused with a reason, within seconds',
    async () => {
      const laughs = Array.from(
        { length: 9 },
        (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`,
      );
      const bombs = {
        laughs: `l0: &l0 lol\n${laughs.join('\n')}\n`,
        brackets: '['.repeat(1_000_000),
        large: 'a: b\n'.repeat(2_100_000),
        zeroes: '\0'.repeat(1_000_000),
      };
      for (const [name, content] of Object.entries(bombs)) {
        const { code, text, ms } = await knell(['rules', 'check', folder(name, { 'a.yaml': content })], work);
        expect([name, code === 0, text.length > 0, ms < 10_000, text.slice(100_000)]).toEqual([
          name,
          false,
          true,
          true,
          '',
        ]);
      }
    },
  );

  attack('a pattern that takes others exponential time, on a line made for it', 'milliseconds', async () => {
    const rules = rulesFrom(`
rules:
  - id: explodes
    match: [{ event: result, text: '(a+)+$|(a|aa)+b|(.*)*c' }]
`);
    const sinceMs = performance.now();
    for (let n = 0; n < 20; n++) {
      rules.match(
        {
          name: 'result',
          provenance: 'runtime',
          typed: true,
          shared: false,
          subagent: false,
          fields: { type: 'result' },
          text: `${'a'.repeat(20_000)}!`,
          claimsError: false,
        },
        'stdout',
        'claude-code',
      );
    }
    expect(performance.now() - sinceMs).toBeLessThan(5_000);
  });

  attack('patterns that grow to gigabytes when they are compiled', 'refused by the check', async () => {
    const grows = packText().replace("text: '^Licence expired'", `text: [${"'((a{1,30}){1,30})b',".repeat(5_000)}]`);
    const { code, text } = await knell(['rules', 'check', folder('grows', { 'a.yaml': grows })], work);
    expect([code, text]).toEqual([1, expect.stringMatching(/costly|too-/)]);
  });
});

describe('published rules, on the fleet that follows signed ones only', () => {
  attack('an agent, a backend, an operator, a reader publish rules', 'the server refuses each', async () => {
    for (const who of ['builder', 'backend', 'operator', 'reader'] as const) {
      for (const subject of ['$KV.knell_rules.active', '$O.knell_bundles.C.x', '$O.knell_bundles.M.x']) {
        expect(await permissionOf(who, 'publish', subject)).toBe('refused');
      }
    }
  });

  attack(
    'an author publishes rules that end healthy runs, unsigned',
    'the worker keeps its own and says why',
    async () => {
      const run = freshRun('other');
      const kills = folder('kills', { 'acme.yaml': packText({ says: 'Done' }) });
      const env = target.environments.author;
      await runCommand(rulesCommand(), ['rules', 'publish', kills, '--allow-removals', '--why', 'x'], env);
      const pointer = movePointer(
        {
          name: 'active',
          action: 'publish',
          digest: bundleWith({ says: 'Done' }).digest,
          by: 'mallory',
          at: new Date().toISOString(),
          why: 'x',
        },
        undefined,
        readSigningKey(newKeyPair().privatePem),
      );
      await (await as('author')).jetstream().publish('$KV.knell_rules.active', JSON.stringify(pointer));
      await print(run, [claude.init(), claude.fails('Done', 200).replace('"is_error":true', '"is_error":false')]);
      await allIsRead();
      expect(await commandsFor(run)).toEqual([]);
      await expectStillJudges();
      const { out } = await runCommand(rulesCommand(), ['rules', 'status', '--json'], env);
      const { workers } = JSON.parse(out) as { workers: WorkerRules[] };
      expect(JSON.stringify(workers)).toContain('pointer-untrusted');
    },
  );
});

describe('published rules, by one who can write all that is stored', () => {
  const nats = useNatsServer();
  const keys = newKeyPair();
  const key = readSigningKey(keys.privatePem);
  const own = rulesFrom('pack: acme\nrules: [{ id: own, match: [{ event: result, text: own }] }]');
  let service: Service;
  let versions = 0;
  beforeAll(async () => {
    service = await startTestService(nats.server.url, own, undefined, {
      published: { load: RUNTIME_FACTS, trusted: readTrustedKeys(keys.publicKey) },
    });
  });
  afterAll(() => service.stop());

  const workers = async (): Promise<WorkerRules[]> => {
    const { out } = await runCommand(rulesCommand(), ['rules', 'status', '--json'], { NATS_URL: nats.server.url });
    return (JSON.parse(out) as { workers: WorkerRules[] }).workers;
  };
  async function publish(says: string, told = ''): Promise<RulesPointer> {
    const pem = join(work, 'rules.pem');
    writeFileSync(pem, keys.privatePem, { mode: 0o600 });
    const from = folder(`signed-${says}`, { 'acme.yaml': packText({ says, version: `${++versions}.0.0` }) });
    const env = { NATS_URL: nats.server.url, KNELL_RULES_SIGNING_KEY_FILE: pem };
    const { out, err } = await runCommand(
      rulesCommand(),
      ['rules', 'publish', from, '--json', '--allow-removals', '--why', 'x'],
      env,
    );
    if (told === '') expect(err).toBe('');
    else expect(err).toContain(told);
    return JSON.parse(out) as RulesPointer;
  }
  const write = (name: string, pointer: object) =>
    nats.connection.jetstream().publish(`$KV.knell_rules.${name}`, JSON.stringify(pointer));

  attack('an older entry with its good signature, written again', 'refused: its serial has been passed', async () => {
    const old = await publish('First');
    const current = await publish('Second');
    await expect.poll(async () => (await workers())[0]?.digest).toBe(current.digest);
    await write('active', old);
    await expect.poll(async () => JSON.stringify(await workers())).toContain('pointer-older');
    expect((await workers())[0]?.digest).toBe(current.digest);
  });

  attack(
    'a good entry changed afterwards, or moved under another name',
    'refused: the signature is over both',
    async () => {
      const current = await publish('Third', 'the newest entry of "active", move 1 by');
      await expect.poll(async () => (await workers())[0]?.digest).toBe(current.digest);
      await write('active', { ...current, serial: current.serial + 1, why: 'changed' });
      await expect.poll(async () => JSON.stringify(await workers())).toContain('pointer-untrusted');
      expect((await workers())[0]?.digest).toBe(current.digest);
    },
  );

  attack(
    'a good entry for a bundle of which the bytes were changed',
    'refused: they are not what was signed',
    async () => {
      const before = (await workers())[0]?.digest;
      const store = await nats.connection.jetstream().views.os('knell_bundles');
      const bundle = bundleWith({ says: 'Fourth' });
      const changed = Buffer.from(Buffer.from(bundle.bytes).toString('utf8').replace('Fourth', 'Fifth'));
      await store.putBlob({ name: bundle.digest }, changed);
      const move = {
        name: 'active',
        action: 'publish',
        digest: bundle.digest,
        by: 'pat',
        at: new Date().toISOString(),
        why: 'x',
      } as const;
      await write('active', movePointer(move, { serial: 50 }, key));
      await expect.poll(async () => JSON.stringify((await workers())[0])).toMatch(/bundle-|digest/);
      await new Promise((done) => setTimeout(done, 200));
      expect((await workers())[0]?.digest).toBe(before);
    },
  );
});
