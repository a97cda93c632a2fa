import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WorkersAnswer } from '../../../src/bundles/workers-answer.ts';
import { rulesCommand } from '../../../src/cli/rules/rules.ts';
import type { RulesPointer } from '../../../src/contracts/rules-pointer.ts';
import type { WorkerRules } from '../../../src/contracts/worker-rules.ts';
import { openRules } from '../../../src/nats/ensure-streams.ts';
import { RUNTIME_FACTS } from '../../../src/ruleset/load/runtime-facts.ts';
import { createLastGoodFile } from '../../../src/service/last-good-file.ts';
import type { Service } from '../../../src/service/service.ts';
import { VERSION } from '../../../src/service/version.ts';
import { newKeyPair, readTrustedKeys } from '../../../src/signing/keys.ts';
import { forgetPublished } from '../../support/bundles.ts';
import { claude } from '../../support/claude-lines.ts';
import { type CommandResult, runCommand } from '../../support/command.ts';
import { useNatsServer } from '../../support/nats.ts';
import { packText, type SomeRules } from '../../support/rule-files.ts';
import { rulesFrom } from '../../support/rules.ts';
import { nextAbort, say, startTestService } from '../../support/service.ts';

const nats = useNatsServer();
const work = mkdtempSync(join(tmpdir(), 'knell-published-'));
const folderRules = rulesFrom('pack: acme\nrules: [{ id: own, match: [{ event: result, text: own }] }]');
const keys = newKeyPair();
let folders = 0;
let services: Service[] = [];
let lastRun = 0;

afterAll(() => rmSync(work, { recursive: true, force: true }));
beforeEach(() => forgetPublished(nats.connection));
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop()));
  services = [];
});

function folderWith(rules: SomeRules = {}): string {
  folders += 1;
  const folder = mkdtempSync(join(work, `${folders}-`));
  writeFileSync(join(folder, 'acme.yaml'), packText(rules));
  return folder;
}

const rules = (...args: string[]): Promise<CommandResult> =>
  runCommand(rulesCommand(), ['rules', ...args], { NATS_URL: nats.server.url });
async function publish(folder: string, ...args: string[]): Promise<RulesPointer> {
  const { out, err, code } = await rules('publish', folder, '--json', ...args);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  const { workers, ...pointer } = JSON.parse(out) as RulesPointer & { workers: WorkersAnswer };
  expect(workers).toMatchObject({ refused: [], silent: [] });
  return pointer;
}
async function status(): Promise<{ pointers: RulesPointer[]; history: RulesPointer[]; workers: WorkerRules[] }> {
  return JSON.parse((await rules('status', '--json')).out);
}

async function start(more: { group?: string; signed?: true } = {}): Promise<Service> {
  const service = await startTestService(nats.server.url, folderRules, undefined, {
    published: {
      load: RUNTIME_FACTS,
      ...(more.group !== undefined && { group: more.group }),
      ...(more.signed && { trusted: readTrustedKeys(keys.publicKey) }),
    },
  });
  services.push(service);
  return service;
}

/** Ends a run by the words, and says which rules did so. */
async function abortBy(words: string): Promise<string | undefined> {
  lastRun += 1;
  const run = { agent: 'a1', execution: `e${lastRun}`, attempt: 1 };
  const abort = nextAbort(nats.connection, run);
  await say(nats.connection, run, 'stdout', [claude.init(), claude.fails(words, 402)], {
    'Knell-Runtime': 'claude-code',
  });
  return (await abort).rule.digest;
}
const everyWorkerRuns = (digest: string | undefined, count = services.length) =>
  expect
    .poll(async () => (await status()).workers.map((worker) => worker.digest))
    .toEqual(Array.from({ length: count }, () => digest));

describe('knell rules build', () => {
  it('gives the same bytes for the same files, and carries the scores on a corpus', async () => {
    const folder = folderWith();
    const files = ['a', 'b'].map((name) => join(work, `${name}.json`));
    for (const file of files) expect((await rules('build', folder, '--out', file)).code).toBe(0);
    expect(readFileSync(files[0] as string)).toEqual(readFileSync(files[1] as string));
    const corpus = join(work, 'corpus.jsonl');
    const item = { id: '1', runtime: 'claude-code', stream: 'stdout', category: 'auth.token_expired', abort: 'yes' };
    writeFileSync(
      corpus,
      `${JSON.stringify({ ...item, lines: [claude.init(), claude.fails('Licence expired', 402)] })}\n`,
    );
    const { out } = await rules('build', folder, '--out', files[0] as string, '--corpus', corpus, '--json');
    expect(JSON.parse(out)).toMatchObject({
      engine: VERSION,
      packs: [{ pack: 'acme', version: '1.0.0' }],
      scores: [{ corpus: 'corpus.jsonl', items: 1, false_aborts: 0, missed_aborts: 0 }],
    });
  });

  it('makes none of a folder in which something is wrong, and says where', async () => {
    const result = await rules('build', folderWith({ says: 'Licence (expired' }));
    expect(result).toMatchObject({ code: 2, err: expect.stringContaining('acme.yaml') });
  });
});

describe('published rules', () => {
  it('are taken by running workers, end runs in their own name, and are gone back from', async () => {
    await start();
    const first = await publish(folderWith(), '--why', 'a licence was refused');
    await everyWorkerRuns(first.digest);
    expect(await abortBy('Licence expired')).toBe(first.digest);
    const second = await publish(folderWith({ version: '2.0.0', more: ['second'] }));
    expect(second).toMatchObject({ serial: 2, previous: first.digest });
    await everyWorkerRuns(second.digest);
    expect(await abortBy('Failure second')).toBe(second.digest);
    expect((await rules('rollback', '--why', 'too eager')).code).toBe(0);
    await everyWorkerRuns(first.digest);
    const { pointers, history } = await status();
    expect(pointers).toMatchObject([{ name: 'active', digest: first.digest, action: 'rollback', why: 'too eager' }]);
    expect(history.map(({ action, digest }) => [action, digest])).toEqual([
      ['rollback', first.digest],
      ['publish', second.digest],
      ['publish', first.digest],
    ]);
  });

  it('are gone back from twice by two steps, and no further', async () => {
    const digests: (string | undefined)[] = [];
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) digests.push((await publish(folderWith({ version }))).digest);
    for (const digest of [digests[1], digests[0]]) {
      await rules('rollback');
      expect((await status()).pointers).toMatchObject([{ digest }]);
    }
    expect(await rules('rollback')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is nothing to go back to'),
    });
    expect((await rules('rollback', '--to', (digests[2] as string).slice(0, 10))).code).toBe(0);
    expect((await status()).pointers).toMatchObject([{ digest: digests[2], serial: 6 }]);
  });

  it('that are published once more are told as the same, and so is a candidate; what can be gone back to is told as it is', async () => {
    const folder = folderWith();
    await publish(folder);
    expect((await rules('publish', folder)).out).toMatch(
      /^active is now [0-9a-f]{64} \(move 2\): the same rules as before$/m,
    );
    expect(await rules('rollback')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is nothing to go back to: no other rules were published before these;'),
    });
    expect((await rules('publish', folder, '--candidate')).out).toMatch(
      /^candidate is now [0-9a-f]{64} \(move 1\): these are the active rules, so there is nothing to try$/m,
    );
    const other = folderWith({ version: '1.0.1' });
    expect((await rules('publish', other)).out).toMatch(/^active is now [0-9a-f]{64} \(move 3\)$/m);
    await rules('rollback');
    expect((await rules('rollback')).err).toContain('it was a rollback that made these active');
  });

  it('can be what was built before', async () => {
    const file = join(work, 'built.json');
    const built = JSON.parse((await rules('build', folderWith(), '--out', file, '--json')).out);
    expect((await publish(file)).digest).toBe(built.digest);
  });

  it.each<[string, SomeRules, string]>([
    ['lack what is active', { version: '3.0.0' }, 'bundle-smaller: The bundle lacks acme/second'],
    ['are older than what is active', { version: '1.9.0', more: ['second'] }, 'bundle-older'],
    [
      'change more than their version says',
      { version: '2.0.1', more: ['second', 'third'] },
      'version-step-too-small: The pack acme goes from 2.0.0 to 2.0.1, a patch step; its changes ask for a major one',
    ],
  ])('that %s are refused, and nothing moves', async (_, next, reason) => {
    const active = await publish(folderWith({ version: '2.0.0', more: ['second'] }));
    expect(await rules('publish', folderWith(next))).toMatchObject({ code: 1, err: expect.stringContaining(reason) });
    expect((await status()).pointers).toEqual([active]);
  });

  it('follow the last usable ones where what is active is broken', async () => {
    const first = await publish(folderWith());
    const second = await publish(folderWith({ version: '1.0.1' }));
    const objects = await nats.connection.jetstream().views.os('knell_bundles');
    await objects.putBlob({ name: second.digest as string }, Buffer.from('{}'));
    await start();
    expect((await status()).workers).toMatchObject([{ source: 'folder', refused: { digest: second.digest } }]);
    const third = await publish(folderWith({ version: '1.0.2' }));
    expect(third.previous).toBe(first.digest);
    await everyWorkerRuns(third.digest);
  });

  it('that lack a pack of the folder that workers run are refused, unless that is meant', async () => {
    await start();
    const other = folderWith();
    rmSync(join(other, 'acme.yaml'));
    writeFileSync(join(other, 'other.yaml'), packText().replace('pack: acme', 'pack: other'));
    expect(await rules('publish', other)).toMatchObject({
      code: 1,
      err: expect.stringContaining('bundle-smaller: The bundle lacks acme, which the rules folder of a worker has'),
    });
    expect((await status()).pointers).toEqual([]);
    const meant = await publish(other, '--allow-removals');
    await everyWorkerRuns(meant.digest);
  });

  it('may lack what is active where that is said, and workers follow', async () => {
    await start();
    await publish(folderWith({ more: ['second'] }));
    const smaller = await publish(folderWith({ version: '2.0.0' }), '--allow-removals');
    await everyWorkerRuns(smaller.digest);
  });

  it('that are only a candidate change nothing, but for the group that is pinned to them', async () => {
    const active = await publish(folderWith());
    await Promise.all([start(), start({ group: 'canary' })]);
    const candidate = await publish(folderWith({ version: '2.0.0', more: ['second'] }), '--candidate');
    await everyWorkerRuns(active.digest);
    expect((await rules('pin', 'canary', 'candidate')).code).toBe(0);
    const digestOf = async (group: string | undefined) =>
      (await status()).workers.find((worker) => worker.group === group)?.digest;
    await expect.poll(() => digestOf('canary')).toBe(candidate.digest);
    expect(await digestOf(undefined)).toBe(active.digest);
    expect((await rules('pin', 'canary', '--release')).code).toBe(0);
    await everyWorkerRuns(active.digest);
  });

  it('are counted on from what workers followed, where the server had to be set up anew', async () => {
    await start();
    for (const version of ['1.0.0', '1.0.1', '1.0.2']) await publish(folderWith({ version }));
    await forgetPublished(nats.connection);
    // The worker says every half minute what it follows; here the store is told of it at once.
    const { workers } = await openRules(nats.connection);
    const about = { schema: 'knell.worker/v1', host: 'h', version: VERSION, source: 'published' } as const;
    const at = '2026-11-22T12:00:00.000Z';
    await workers.put({ ...about, worker: 'w1', digest: 'd', since: at, followed: { active: 3 } });
    const result = await rules('publish', folderWith({ version: '1.0.3' }), '--json', '--wait', '0s');
    expect(JSON.parse(result.out)).toMatchObject({ serial: 4 });
    // Nobody uses the serials up by saying so.
    await workers.put({ ...about, worker: 'w2', digest: 'd', since: at, followed: { active: 2 ** 52 } });
    const next = await rules('publish', folderWith({ version: '1.0.4' }), '--json', '--wait', '0s');
    expect(JSON.parse(next.out)).toMatchObject({ serial: 5 });
  });

  it('are waited for no longer than is said, and who has not answered is named', async () => {
    const { workers } = await openRules(nats.connection);
    const about = { schema: 'knell.worker/v1', host: 'h', version: VERSION, source: 'folder' } as const;
    await workers.put({ ...about, worker: 'gone', digest: 'd', since: '2026-11-22T12:00:00.000Z', followed: {} });
    expect(await rules('publish', folderWith(), '--wait', '100ms')).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 of 1 worker took it'),
      err: expect.stringContaining('1 of 1 workers have said nothing to it within 0.1 s, or are gone: gone'),
    });
    expect(await rules('publish', folderWith(), '--wait', 'soon')).toMatchObject({ code: 2 });
  });

  it('that are no longer there, or can not be read, are told of in words', async () => {
    await start();
    await publish(folderWith());
    const kv = await nats.connection.jetstream().views.kv('knell_rules');
    await kv.put('active', 'nonsense');
    expect(await rules('status')).toMatchObject({
      code: 1,
      out: expect.stringContaining('What stands under "active" is no pointer'),
    });
    await forgetPublished(nats.connection);
    const { workers } = await openRules(nats.connection);
    const about = { schema: 'knell.worker/v1', host: 'h', version: VERSION, source: 'last_good' } as const;
    await workers.put({ ...about, worker: 'w1', digest: 'd', since: '2026-11-22T12:00:00.000Z' });
    const { out } = await rules('status');
    expect(out).toContain('Nothing is published any more');
    expect(out).toMatch(/w1 .* kept on disk/);
    expect(out).toContain('w1: started with the last rules that it took, from its disk');
  });

  it('are told of by each worker for itself, and an entry that is no pointer can be taken away', async () => {
    await openRules(nats.connection);
    const { views } = nats.connection.jetstream();
    const forged = { schema: 'knell.worker/v1', host: 'h', version: VERSION, source: 'folder', digest: 'd' };
    const said = { ...forged, worker: 'w1\nknell: all is well', since: '2026-11-22T12:00:00.000Z' };
    await (await views.kv('knell_worker_rules')).put('w1', JSON.stringify(said));
    expect((await status()).workers).toEqual([]);
    const kv = await views.kv('knell_rules');
    for (const [key, ...args] of [
      ['candidate', 'withdraw'],
      ['pin.canary', 'pin', 'canary', '--release'],
    ] as const) {
      await kv.put(key, 'nonsense');
      expect((await rules('status')).code).toBe(1);
      expect(await rules(...args)).toMatchObject({ code: 0 });
      expect((await rules('status')).code).toBe(0);
    }
  });

  it('that two publish at once come one after the other, or one is told', async () => {
    await publish(folderWith());
    const results = await Promise.all(
      ['a', 'b', 'c'].map((id) => rules('publish', folderWith({ version: '2.0.0', more: [id] }), '--allow-removals')),
    );
    const { history } = await status();
    expect(history.map(({ serial }) => serial)).toEqual([...history.keys()].map((i) => history.length - i));
    expect(results.filter(({ code }) => code === 0)).toHaveLength(history.length - 1);
    for (const { code } of results) expect([0, 1]).toContain(code);
  });
});

describe('signed publications', () => {
  const keyFile = join(work, 'rules.pem');
  beforeAll(() => writeFileSync(keyFile, keys.privatePem, { mode: 0o600 }));

  it('are followed; an unsigned one is refused by the worker, and status says why and exits 1', async () => {
    await start({ signed: true });
    const signed = await runCommand(rulesCommand(), ['rules', 'publish', folderWith(), '--json'], {
      NATS_URL: nats.server.url,
      KNELL_RULES_SIGNING_KEY_FILE: keyFile,
    });
    const { digest } = JSON.parse(signed.out) as RulesPointer;
    await everyWorkerRuns(digest);
    expect(await rules('publish', folderWith({ version: '1.0.1' }))).toMatchObject({
      code: 1,
      out: expect.stringContaining('0 of 1 worker took it'),
      err: expect.stringMatching(/refused it:\n {2}pointer-untrusted: [\s\S]*no worker took it/),
    });
    await expect.poll(async () => (await status()).workers[0]?.refused?.findings[0]?.code).toBe('pointer-untrusted');
    const text = await rules('status');
    expect(text).toMatchObject({ code: 1, out: expect.stringContaining('is not signed by a trusted key (unsigned)') });
    expect((await status()).workers[0]?.digest).toBe(digest);
  });
});

describe('knell rules diff', () => {
  const diff = async (before: SomeRules, after: SomeRules, ...args: string[]) => {
    const { code, out } = await rules('diff', folderWith(before), folderWith(after), '--json', ...args);
    return { code, reasons: JSON.parse(out).reasons as string[] };
  };

  it('exits with 1 where something is gone or newly ends runs, whatever the version says, unless that is meant', async () => {
    const [less, more] = [{ version: '1.0.0' }, { version: '2.0.0', more: ['second'] }];
    expect(await diff(less, more)).toEqual({
      code: 1,
      reasons: [expect.stringMatching(/^newly ending runs.*: acme\/second$/)],
    });
    expect(await diff(less, more, '--allow-aborts')).toEqual({ code: 0, reasons: [] });
    const without = { ...less, version: '3.0.0' };
    expect(await diff(more, without)).toEqual({
      code: 1,
      reasons: [expect.stringMatching(/^gone, .*: acme\/second$/)],
    });
    expect(await diff(more, without, '--allow-removals')).toEqual({ code: 0, reasons: [] });
    const tamed = { version: '1.1.0', action: 'record' } as const;
    expect(await diff(less, tamed)).toEqual({ code: 1, reasons: ['no longer ending runs: acme/licence'] });
    expect(await diff(less, tamed, '--allow-removals')).toEqual({ code: 0, reasons: [] });
    expect(await diff(less, { version: '1.1.0', says: 'License expired' })).toEqual({ code: 0, reasons: [] });
  });

  it('says what is new, what newly ends runs, and the step that is too small', async () => {
    await publish(folderWith());
    const next = folderWith({ version: '1.1.0', more: ['second'] });
    const result = await rules('diff', 'active', next);
    expect(result).toMatchObject({ code: 1, err: '' });
    expect(result.out).toMatch(/new +rule +acme\/second +newly ends runs +major/);
    expect(result.out).toMatch(/acme +1\.0\.0 +1\.1\.0 +minor +major wanted/);
  });

  it('finds nothing between a folder and its bundle', async () => {
    const folder = folderWith();
    const { digest } = await publish(folder);
    expect(await rules('diff', (digest as string).slice(0, 12), folder)).toMatchObject({ code: 0 });
  });

  it('says in words what is wrong with a folder', async () => {
    const broken = folderWith({ says: 'Licence (expired' });
    expect(await rules('diff', folderWith(), broken)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/acme\.yaml:\d+:\d+ error pattern-invalid[\s\S]*1 error/),
    });
    const empty = mkdtempSync(join(work, 'empty-'));
    expect(await rules('publish', empty)).toMatchObject({ code: 2, err: expect.stringContaining('1 error') });
  });

  it('says so of a name that means nothing', async () => {
    expect(await rules('diff', 'candidate', folderWith())).toMatchObject({
      code: 2,
      err: expect.stringContaining('candidate'),
    });
    expect(await rules('diff', 'deadbeef', folderWith())).toMatchObject({ code: 2 });
  });
});

it('the last good rules outlive a worker in a file of their own', async () => {
  const file = join(work, 'state', 'rules.json');
  const problems: unknown[] = [];
  const store = createLastGoodFile(file, (error) => problems.push(error));
  expect(await store.load()).toBeUndefined();
  const pointer = await publish(folderWith());
  const good = { schema: 'knell.last-good/v1', pointer, serials: { active: 1 }, bundle: '{}' } as const;
  await store.save(good);
  expect([await store.load(), problems]).toEqual([good, []]);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40));
  expect(await store.load()).toBeUndefined();
  expect(problems).toHaveLength(1);
});
