import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { createSubjects } from '../../../src/contracts/subjects.ts';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { withFolder } from '../../authoring/broken-packs.ts';
import { claude } from '../../support/claude-lines.ts';
import { useNatsServer } from '../../support/nats.ts';

const nats = useNatsServer();
let out = '';

beforeEach(() => {
  out = '';
  process.exitCode = undefined;
  vi.stubEnv('NO_COLOR', '1');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** Runs a command as `main.ts` does; says how it exits. */
async function knell(...args: string[]): Promise<{ out: string; code: unknown }> {
  await (await createProgram(args)).parseAsync(['node', 'knell', ...args]);
  return { out, code: process.exitCode ?? 0 };
}

const pack = (rule: string) => `schema: knell.rules/v1
pack: acme
version: '1.0.0'
runtime: claude-code
rules:
  - id: licence
    title: The licence has expired
    category: auth.token_expired
${rule}    action: abort
    origin: { seen: '2026-11-22', source: a test }
`;
const GOOD = pack(`    match: [{ event: result, where: { is_error: true }, text: '^Licence expired' }]
    examples:
      match: ['${claude.fails('Licence expired', 402)}']
      ignore: ['${claude.says('Licence expired')}']
`);
const TAKES_PROSE = pack(`    match: [{ event: result, where: { is_error: true }, text: '^Licence expired' }]
    examples:
      match: ['${claude.fails('Licence expired', 402)}', '${claude.says('Licence expired')}']
      ignore: [fine]
`);
const DOUBTFUL = GOOD.replace('category:', 'status: experimental\n    category:');

describe('knell rules check', () => {
  test.each([
    ['good rules', GOOD, [], 0, /1 rule, 2 examples, nothing wrong/],
    ['an example that does not hold', TAKES_PROSE, [], 1, /error example-missed acme\/licence/],
    ['a warning', DOUBTFUL, [], 0, /warning rule-experimental/],
    ['a warning, when warnings count', DOUBTFUL, ['--strict'], 1, /warning rule-experimental/],
  ])('on %s', async (_title, text, flags, code, expected) => {
    await withFolder({ 'acme.yaml': text }, async (folder) => {
      const said = await knell('rules', 'check', folder, ...flags);
      expect(said.out).toMatch(expected);
      expect(said.code).toBe(code);
    });
  });

  test('prints the same findings as JSON', async () => {
    await withFolder({ 'acme.yaml': TAKES_PROSE }, async (folder) => {
      const findings = JSON.parse((await knell('rules', 'check', folder, '--json')).out) as unknown[];
      expect(findings).toMatchObject([{ code: 'example-missed', level: 'error', rule: 'acme/licence', line: 11 }]);
    });
  });

  test('exits 2 where there is no folder', async () => {
    expect((await knell('rules', 'check', '/nowhere/at/all')).code).toBe(2);
  });
});

describe('knell rules test', () => {
  test('prints what it tried, as a table and as JSON', async () => {
    await withFolder({ 'acme.yaml': GOOD }, async (folder) => {
      expect((await knell('rules', 'test', folder)).out).toMatch(
        /rules {2}examples {2}mutations {2}quotes {2}failures/,
      );
      out = '';
      const { summary } = JSON.parse((await knell('rules', 'test', folder, '--json')).out) as { summary: object };
      expect(summary).toMatchObject({ rules: 1, examples: 2, failures: 0 });
    });
  });

  test('exits 1 on a failure, and refuses a rule that is not there', async () => {
    await withFolder({ 'acme.yaml': TAKES_PROSE }, async (folder) => {
      expect((await knell('rules', 'test', folder)).code).toBe(1);
      // One file of it has the same examples, and the others of the folder behind it.
      expect((await knell('rules', 'test', join(folder, 'acme.yaml'))).code).toBe(1);
      await expect(knell('rules', 'test', folder, '--rule', 'acme/other')).rejects.toThrow(
        /there is no rule acme\/other/,
      );
    });
  });
});

describe('knell rules bench', () => {
  // A clock that moves on with each look at it, so that what is dear is dear on every machine.
  beforeEach(() => {
    let ms = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => ms++);
  });

  const WIDE = pack("    match: [{ line: '[0-9]{3}', quiet: 1s }]\n    examples: { match: ['123'], ignore: [fine] }\n");

  test('tells what a rule costs, and exits 0 when it costs little', async () => {
    await withFolder({ 'acme.yaml': GOOD }, async (folder) => {
      const said = await knell('rules', 'bench', join(folder, 'acme.yaml'));
      expect(said.out).toMatch(/1,961 lines of the healthy output that comes with knell/);
      expect(said.out).toContain('none of 1 rule is dear');
      expect(said.code).toBe(0);
    });
  });

  test('names a dear rule, why it is dear and what to do, and exits 1', async () => {
    await withFolder({ 'acme.yaml': WIDE }, async (folder) => {
      const said = await knell('rules', 'bench', '--rules', folder, 'acme/licence');
      expect(said.out).toMatch(/DEAR {2}acme\/licence {2}\S+ × the scan/);
      expect(said.out).toContain('has nothing to look for: each of 1,961 lines is decoded for it');
      expect(said.out).toContain('→ Name the event');
      expect(said.code).toBe(1);
    });
  });

  test('names the healthy lines that a cause takes', async () => {
    const wide = `schema: knell.rules/v1\npack: acme\nversion: '1.0.0'\nruntime: any\ncauses:\n  - { id: wide, title: All, category: runtime.crash, any: [{ message: 'o' }], examples: { match: [], ignore: [] } }\n`;
    await withFolder({ 'acme.yaml': wide }, async (folder) => {
      const said = await knell('rules', 'bench', join(folder, 'acme.yaml'));
      expect(said.out).toMatch(/WIDE {2}acme\/wide {2}takes \d+ healthy lines, of \d+ that state a failure/);
      expect(said.code).toBe(1);
    });
  }, 120_000);

  test("measures on the author's own logs, as JSON too", async () => {
    const log = `${claude.init()}\n${claude.fails('Licence expired', 402)}\n${claude.says('Licence expired')}\n`;
    await withFolder({ 'acme.yaml': GOOD, log }, async (folder) => {
      const logs = ['--logs', join(folder, 'log')];
      const { out: json } = await knell('rules', 'bench', '--rules', folder, ...logs, '--json');
      expect(JSON.parse(json)).toMatchObject({
        lines: 3,
        rules: [{ key: 'acme/licence', candidates: 1, confirmations: 1, needles: [{ lines: 1 }] }],
      });
      await expect(knell('rules', 'bench', '--rules', folder, 'other')).rejects.toThrow(/no pack, rule or cause other/);
      await expect(knell('rules', 'bench', '--rules', folder, '--logs', join(folder, 'none'))).rejects.toThrow(
        /there is no log/,
      );
    });
  });
});

describe('knell rules explain', () => {
  test.each([
    ['99', 'for line 99 alone: sed -n 99p agent.log | knell rules explain'],
    ['Login expired', "for the line alone: knell rules explain --line '…'"],
  ])('takes a file or a line, and says what to write for both: %s', async (line, words) => {
    const both = knell('rules', 'explain', 'agent.log', '--line', line);
    await expect(both).rejects.toThrow(words);
    await expect(both).rejects.toThrow('For the whole file: knell rules explain agent.log');
  });

  test('explains a line without colours where nobody wants them', async () => {
    const said = await knell(
      'rules',
      'explain',
      '--runtime',
      'claude-code',
      '--line',
      'Login expired · Please run /login',
    );
    expect(said.out).toContain('auth/token-expired');
    expect(said.out).not.toContain('\u001b[');
    expect(said.code).toBe(1);
  });

  test('explains a log, and the record that a scan made of it', async () => {
    await withFolder({ log: `${claude.init()}\n${claude.fails('OAuth token has expired', 401)}\n` }, async (folder) => {
      expect((await knell('rules', 'explain', join(folder, 'log'))).out).toMatch(/ABORT auth\./);
      out = '';
      await knell('scan', '--json', join(folder, 'log'));
      const record = out.trim().split('\n').at(-1) as string;
      await writeFile(join(folder, 'record.json'), record);
      out = '';
      expect((await knell('rules', 'explain', '--record', join(folder, 'record.json'))).out).toContain(
        'For the rule author',
      );
      await expect(knell('rules', 'explain', '--record', join(folder, 'log'))).rejects.toThrow(
        /neither a failure record/,
      );
    });
  });
});

test('knell rules schema and docs print the schema and a page', async () => {
  expect(JSON.parse((await knell('rules', 'schema')).out)).toMatchObject({ type: 'object' });
  out = '';
  expect((await knell('rules', 'docs')).out).toMatch(/^# All rules/);
  out = '';
  expect((await knell('rules', 'docs', '--html')).out).toMatch(/^<!doctype html>/);
});

describe('knell rules draft', () => {
  const subjects = createSubjects();
  const notice = {
    schema: 'knell.notice/v1',
    kind: 'drift',
    at: '2026-11-22T16:00:00.000Z',
    message: 'A failure that no rule knows.',
    fingerprint: '0123456789abcdef',
    runtime: 'codex',
    event: 'turn.failed',
    excerpt: 'the flux capacitor is empty',
    count: 1,
  };

  test('finds the notice by its fingerprint on the server', async () => {
    await ensureStreams(nats.connection, subjects);
    await nats.connection.jetstream().publish(subjects.notices('drift', notice.fingerprint), JSON.stringify(notice));
    const said = await knell('rules', 'draft', notice.fingerprint, '--nats', nats.server.url);
    expect(said.out).toContain('pack: draft-0123456789abcdef');
    expect(said.out).toContain("- message: 'the flux capacitor is empty'");
    await expect(knell('rules', 'draft', 'ffff', '--nats', nats.server.url)).rejects.toThrow(/no drift notice ffff/);
  });

  test('has what several runs said as examples, and knell rules drift lists the kind', async () => {
    await ensureStreams(nats.connection, subjects);
    const fingerprint = 'v1-fedcba9876543210';
    const seen = [
      ['the flux capacitor 7 is empty', 1],
      ['something else altogether', 10],
      ['the flux capacitor 12 is empty', 100],
    ] as const;
    for (const [said, count] of seen) {
      const one = { ...notice, fingerprint, excerpt: said, count };
      await nats.connection.jetstream().publish(subjects.notices('drift', fingerprint), JSON.stringify(one));
    }
    const { out: draft } = await knell('rules', 'draft', fingerprint, '--nats', nats.server.url);
    expect(draft).toContain("- message: 'the flux capacitor \\d+ is empty'");
    expect(draft).toContain("match: ['the flux capacitor 12 is empty', 'the flux capacitor 7 is empty']");
    const { out: list } = await knell('rules', 'drift', '--nats', nats.server.url);
    expect(list).toMatch(/v1-fedcba9876543210 +100\+ +codex .*the flux capacitor 12 is empty/);
  });

  test('refuses to guess what to draft from', async () => {
    await expect(knell('rules', 'draft')).rejects.toThrow(/draft from what/);
  });
});

test('bad usage of a subcommand is thrown, so that its exit code is decided in one place', async () => {
  const failure = await knell('rules', 'check', '--bad').catch((error: CommanderError) => error);
  expect(failure).toMatchObject({ code: 'commander.unknownOption' });
});

test('knell eval reads the corpus of the checkout when none is named', async () => {
  await knell('eval', '--json');
  const rows = out
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row) as { id?: string; summary?: { false_aborts: number } });
  expect(rows).toHaveLength(218);
  expect(rows.at(-1)?.summary).toMatchObject({ items: 217, false_aborts: 0 });
});
