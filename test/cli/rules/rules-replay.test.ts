import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulesCommand } from '../../../src/cli/rules/rules.ts';
import type { Run } from '../../../src/contracts/run.ts';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { claude } from '../../support/claude-lines.ts';
import { runCommand } from '../../support/command.ts';
import { useNatsServer } from '../../support/nats.ts';
import { packText, type SomeRules } from '../../support/rule-files.ts';
import { say, subjects } from '../../support/service.ts';

const nats = useNatsServer();
const work = mkdtempSync(join(tmpdir(), 'knell-replay-'));
const OLD = folderWith('old', { more: ['dropped'] });
/** Ends what says "Failure eager", which healthy runs say too. */
const NEW = folderWith('new', { version: '2.0.0', more: ['eager'] });

function folderWith(name: string, rules: SomeRules): string {
  const folder = mkdtempSync(join(work, `${name}-`));
  writeFileSync(join(folder, 'acme.yaml'), packText(rules));
  return folder;
}

const replay = (...args: string[]) =>
  runCommand(rulesCommand(), ['rules', 'replay', '--rules', NEW, '--against', OLD, '--json', ...args], {
    NATS_URL: nats.server.url,
  });
const rowsOf = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row));

afterAll(() => rmSync(work, { recursive: true, force: true }));

it('says so of a server that knell has not run on', async () => {
  expect(await replay()).toMatchObject({ code: 3, err: expect.stringContaining('no "knell serve" has run on it yet') });
});

describe('replaying what is stored', () => {
  const runs: Record<string, { says: string; code: number }> = {
    both: { says: 'Licence expired', code: 1 },
    doomed: { says: 'Failure dropped', code: 1 },
    healthy: { says: 'Failure eager', code: 0 },
    quiet: { says: 'Another failure', code: 0 },
  };

  beforeAll(async () => {
    await ensureStreams(nats.connection, subjects);
    const jetstream = nats.connection.jetstream();
    for (const [execution, { says, code }] of Object.entries(runs)) {
      const run: Run = { agent: 'a1', execution, attempt: 1 };
      const at = '2026-11-22T12:00:00.000Z';
      for (const line of [claude.init(), claude.says('hello'), claude.fails(says, 402)]) {
        await say(nats.connection, run, 'stdout', [line], { 'Knell-Runtime': 'claude-code' });
      }
      const exited = { schema: 'knell.run/v1', type: 'exited', ...run, at, code };
      await jetstream.publish(subjects.runs(run), JSON.stringify(exited));
    }
  });

  it('tells what is won and lost, by which lines, and how each run really ended', async () => {
    const { out, err, code } = await replay();
    expect({ err, code }).toEqual({ err: '', code: 1 });
    const [both, doomed, healthy, summary] = rowsOf(out);
    expect(both).toMatchObject({
      run: 'a1.both.1',
      change: 'same',
      ended: 'failed',
      verdict: { rule: 'acme/licence' },
    });
    expect(doomed).toMatchObject({
      run: 'a1.doomed.1',
      change: 'abort_lost',
      verdict: { abort: false },
      against: { abort: true, rule: 'acme/dropped' },
    });
    expect(healthy).toMatchObject({
      run: 'a1.healthy.1',
      change: 'abort_won',
      ended: 'succeeded',
      verdict: { abort: true, rule: 'acme/eager', evidence: [{ stream: 'stdout', line: 2 }] },
    });
    const counts = { runs: 4, aborts: 2, healthy_ended: 1, aborts_won: 1, aborts_lost: 1, categories_changed: 0 };
    expect(summary).toEqual({ summary: counts });
  });

  it('tells people of a healthy run that would be ended', async () => {
    const env = { NATS_URL: nats.server.url };
    const { out, code } = await runCommand(rulesCommand(), ['rules', 'replay', '--rules', NEW], env);
    expect(code).toBe(1);
    expect(out).toMatch(/a1\.healthy\.1 \(really succeeded\).*A HEALTHY RUN\n {4}stdout:3 /);
  });

  it('gives the same twice', async () => {
    expect((await replay()).out).toBe((await replay()).out);
  });

  it('leaves out runs that have said nothing for longer, and refuses what is no span of time', async () => {
    expect(rowsOf((await replay('--since', '1ms')).out)).toEqual([{ summary: expect.objectContaining({ runs: 0 }) }]);
    expect(await replay('--since', 'yesterday')).toMatchObject({ code: 2, err: expect.stringContaining('--since') });
  });
});

describe('replaying files', () => {
  it('takes each as a run of which the end is not known', async () => {
    const file = join(work, 'agent.log');
    writeFileSync(file, [claude.init(), claude.fails('Failure eager', 402), ''].join('\n'));
    const [row, summary] = rowsOf((await replay(file)).out);
    expect(row).toMatchObject({ run: file, change: 'abort_won', ended: 'unknown' });
    expect(summary).toMatchObject({ summary: { runs: 1, healthy_ended: 0, aborts_won: 1 } });
  });

  it('finds nothing where the rules say the same, and says which file is missing', async () => {
    const file = join(work, 'fine.log');
    writeFileSync(file, `${claude.init()}\n`);
    expect(await replay(file)).toMatchObject({ code: 0 });
    expect(await replay(join(work, 'none.log'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('no such file'),
    });
  });
});
