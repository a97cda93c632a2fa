import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rulesCommand } from '../../../src/cli/rules/rules.ts';
import type { Run } from '../../../src/contracts/run.ts';
import { openRules } from '../../../src/nats/ensure-streams.ts';
import { RUNTIME_FACTS } from '../../../src/ruleset/load/runtime-facts.ts';
import type { Service } from '../../../src/service/service.ts';
import { claude } from '../../support/claude-lines.ts';
import { type CommandResult, runCommand } from '../../support/command.ts';
import { useNatsServer } from '../../support/nats.ts';
import { packText, type SomeRules } from '../../support/rule-files.ts';
import { rulesFrom } from '../../support/rules.ts';
import { nextRecord, say, startTestService, subjects } from '../../support/service.ts';

const nats = useNatsServer();
const work = mkdtempSync(join(tmpdir(), 'knell-promotion-'));
let service: Service;
/** A rule that is only tried, so that it leaves records. */
const folder = rulesFrom(
  "pack: acme\nrules: [{ id: tried, status: experimental, match: [{ event: result, text: '^Failure tried' }] }]",
);

beforeAll(async () => {
  service = await startTestService(nats.server.url, folder, undefined, { published: { load: RUNTIME_FACTS } });
});
afterAll(async () => {
  await service.stop();
  rmSync(work, { recursive: true, force: true });
});

const rules = (...args: string[]): Promise<CommandResult> =>
  runCommand(rulesCommand(), ['rules', ...args], { NATS_URL: nats.server.url });

async function publish(some: SomeRules, ...args: string[]): Promise<void> {
  const path = mkdtempSync(join(work, 'rules-'));
  writeFileSync(join(path, 'acme.yaml'), packText(some));
  expect(await rules('publish', path, ...args)).toMatchObject({ code: 0, err: '' });
}

/** A whole run that says this and then exits. */
async function live(execution: string, says: string, code: number, attempt = 1): Promise<void> {
  const run: Run = { agent: 'a1', execution, attempt };
  const lines = [claude.init(), claude.fails(says, 402)];
  const record = says === 'Failure tried' ? nextRecord(nats.connection, run) : undefined;
  await say(nats.connection, run, 'stdout', lines, { 'Knell-Runtime': 'claude-code' });
  await record;
  const exited = { schema: 'knell.run/v1', type: 'exited', ...run, at: '2026-11-22T12:00:00.000Z', code };
  await nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify(exited));
}

it('rules that are only tried are reported by what became of the runs', async () => {
  await live('tried1', 'Failure tried', 1);
  await live('tried2', 'Failure tried', 0);
  const { rules: byRule, candidate } = JSON.parse((await rules('report', '--json')).out);
  expect(byRule['acme/tried']).toMatchObject({ right: 1, wrong: 1, unknown: 0, wrong_runs: ['a1.tried2.1'] });
  expect(candidate).toBeNull();
});

it('a run id that is used again takes nothing from the use before, and another attempt counts for itself', async () => {
  const counts = async () => JSON.parse((await rules('report', '--json')).out).rules['acme/tried'];
  const before = await counts();
  const run: Run = { agent: 'a1', execution: 'again', attempt: 1 };
  const event = (type: string, more: object) =>
    nats.connection
      .jetstream()
      .publish(
        subjects.runs(run),
        JSON.stringify({ schema: 'knell.run/v1', type, ...run, at: '2026-11-22T12:00:00.000Z', ...more }),
      );
  await event('started', { pid: 1 });
  await live('again', 'Failure tried', 1);
  expect(await counts()).toMatchObject({ right: before.right + 1, wrong: before.wrong });
  // The same id once more, for a run that succeeds.
  await event('started', { pid: 2 });
  await say(nats.connection, run, 'stdout', [claude.init(), claude.succeeds()], { 'Knell-Runtime': 'claude-code' });
  await event('exited', { code: 0 });
  expect(await counts()).toMatchObject({ right: before.right + 1, wrong: before.wrong });
  await live('again', 'Failure tried', 0, 2);
  expect(await counts()).toMatchObject({
    right: before.right + 1,
    wrong: before.wrong + 1,
    wrong_runs: [...before.wrong_runs, 'a1.again.2'],
  });
});

const promotion = '{ right: 2, days: 0 }';

it('a candidate that would end healthy runs is stopped by what became of them, before any harm', async () => {
  await publish({ promotion });
  await publish({ version: '2.0.0', more: ['eager'], promotion }, '--candidate');
  for (const n of [1, 2, 3]) await live(`doomed${n}`, 'Failure eager', 1);
  await live('healthy', 'Failure eager', 0);

  const report = await rules('report', '--json');
  expect(report.code).toBe(1);
  expect(JSON.parse(report.out).candidate).toMatchObject({ right: 3, wrong: 1, wrong_runs: ['a1.healthy.1'] });
  expect((await rules('report')).out).toMatch(/acme\/eager +3 +1 +0[\s\S]*succeeded: a1\.healthy\.1/);

  const promoted = await rules('promote');
  expect(promoted).toMatchObject({ code: 1, err: expect.stringContaining('a1.healthy.1') });
  const { pointer } = (await (await openRules(nats.connection)).pointers.get('active')) ?? {};
  expect(pointer).toMatchObject({ serial: 1, action: 'publish' });
});

it('one that its pack calls right often enough becomes active; one that was tried less does so only by force, which is written down', async () => {
  await publish({ version: '2.0.0', more: ['right'], promotion: '{ right: 0, days: 0 }' }, '--candidate');
  await live('right1', 'Failure right', 1);
  expect(await rules('promote')).toMatchObject({
    code: 1,
    err: expect.stringContaining('1 runs would have been ended rightly, 2 are asked for'),
  });
  await live('right2', 'Failure right', 1);
  expect(await rules('promote', '--right', '3')).toMatchObject({
    code: 1,
    err: expect.stringContaining('3 are asked'),
  });
  expect((await rules('promote')).code).toBe(0);
  const { pointers } = await openRules(nats.connection);
  expect((await pointers.get('active'))?.pointer).toMatchObject({
    action: 'promote',
    why: expect.stringContaining('2 right, 0 wrong'),
  });

  await publish({ version: '3.0.0', more: ['right', 'new'] }, '--candidate');
  expect((await rules('promote')).code).toBe(1);
  expect(await rules('promote', '--force', '--why', 'an outage')).toMatchObject({
    code: 0,
    err: 'knell: of what newly ends runs no run has shown whether rightly: acme/new\n',
  });
  expect((await pointers.get('active'))?.pointer?.why).toMatch(/^an outage .*forced although: .*tried for 0\.0 days/);
});

it('a candidate whose version says too little is named, with what promote will refuse, which no force overrides', async () => {
  const path = mkdtempSync(join(work, 'rules-'));
  writeFileSync(join(path, 'acme.yaml'), packText({ version: '3.0.1', more: ['right', 'new', 'later'] }));
  expect(await rules('publish', path, '--candidate')).toMatchObject({
    code: 0,
    err: expect.stringMatching(/"knell rules promote" will refuse them:\n {2}version-step-too-small: /),
  });
  const { code, err } = await rules('promote', '--force');
  expect(code).toBe(1);
  expect(err).toMatch(/version-step-too-small: .* \(--force does not override this\)/);
  expect(err).not.toContain('are asked for');
});
