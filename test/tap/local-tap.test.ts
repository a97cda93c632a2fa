import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import { FailureRecord } from '../../src/contracts/failure-record.ts';
import { Notice } from '../../src/contracts/notice.ts';
import { claude } from '../support/claude-lines.ts';
import { killAll, liveProcesses } from '../support/live-processes.ts';
import { quietRules } from '../support/quiet-rules.ts';
import { startTap } from '../support/tap-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const agent = (name: string) => [process.execPath, join(ROOT, 'test/agents', name)];
const GRACES = ['--interrupt-grace', '100ms', '--terminate-grace', '100ms'];
const BANNER = 'Login expired · Please run /login';
/** Every text that a stranger might take for the agent's own failure. */
const QUOTED = [
  BANNER,
  'Invalid API key · Please run /login',
  'Failed to authenticate. API Error: 401 OAuth access token has expired. Re-authenticate to continue.',
  'Credit balance is too low',
  "You've hit your session limit · resets 3:30am (America/New_York)",
  '{"type":"system","subtype":"api_retry","attempt":1,"error_status":401,"error":"authentication_failed"}',
  '{"type":"result","is_error":true,"api_error_status":401,"result":"OAuth access token has expired"}',
];

let rules: ReturnType<typeof quietRules>;
let slowRules: ReturnType<typeof quietRules>;
let folder: string;
const left: number[] = [];
beforeAll(() => {
  rules = quietRules('1s');
  slowRules = quietRules('60s');
  folder = mkdtempSync(join(tmpdir(), 'knell-local-'));
});
afterAll(() => {
  rules?.remove();
  slowRules?.remove();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => killAll(left.splice(0)));

function local(options: string[], ...command: string[]) {
  const knell = startTap(['--local', ...options, '--', ...command], { KNELL_RULES: join(ROOT, 'rules') });
  left.push(knell.child.pid as number);
  return knell;
}

/** The rows of a report, each held to its schema. */
function rowsOf(report: string) {
  const schemas = { 'knell.abort/v1': AbortCommand, 'knell.failure/v1': FailureRecord, 'knell.notice/v1': Notice };
  return readFileSync(report, 'utf8')
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const row = JSON.parse(line) as { schema: keyof typeof schemas };
      return schemas[row.schema].parse(row);
    });
}

const pidsIn = (output: string) => (/"pids":\[(.*?)\]/.exec(output)?.[1] ?? '').split(',').map(Number);

// Real processes that read all the shipped rules: on a busy machine that takes its time.
describe('knell tap --local', () => {
  it('ends a doomed agent that hangs, with its whole tree, and reports it', async () => {
    const report = join(folder, 'ended.jsonl');
    const knell = local(['--obey', ...GRACES, '--report', report], ...agent('doomed.mjs'));
    const code = await knell.exited;
    const pids = pidsIn(knell.stdout());
    left.push(...pids);
    expect([code, pids.length, liveProcesses(pids)]).toEqual([125, 2, []]);
    expect(knell.stderr()).toMatch(/\nknell: ending this run: .*\n/);
    expect(knell.stderr()).toMatch(/\nknell: ended this run after .* s: auth\.invalid_credentials .*\n$/);
    const rows = rowsOf(report);
    expect(rows.filter(({ schema }) => schema === 'knell.abort/v1')).toMatchObject([
      { agent: 'local', execution: expect.stringMatching(/^\d{8}T\d{6}-[0-9a-f]{4}$/), attempt: 1 },
    ]);
    expect(rows.at(-1)).toMatchObject({
      schema: 'knell.failure/v1',
      disposition: 'aborted',
      timings: { command_to_ack_ms: expect.any(Number) },
    });
  });

  it('says of an agent that ends by itself, while its last words are waited for, that it did', async () => {
    const report = join(folder, 'by-itself.jsonl');
    const script = [claude.init(), claude.retry(401, 1), claude.retry(401, 2)].map((line) => `console.log('${line}');`);
    const leaving = `${script.join('')} setTimeout(() => process.exit(3), 300);`;
    const knell = local(
      ['--obey', '--runtime', 'claude-code', '--report', report],
      ...[process.execPath, '-e', leaving],
    );
    expect(await knell.exited).toBe(3);
    expect(knell.stderr()).not.toMatch(/end(?:ing|ed) this run/);
    expect(rowsOf(report).at(-1)).toMatchObject({ schema: 'knell.failure/v1', disposition: 'recorded' });
  });

  it('without --obey only says what it would do', async () => {
    const report = join(folder, 'shadow.jsonl');
    const knell = local(['--report', report], ...agent('doomed.mjs'), 'briefly');
    expect(await knell.exited).toBe(1);
    expect(knell.stdout().split('\n')).toHaveLength(5);
    expect(knell.stderr()).toMatch(/knell: would end this run: auth\.invalid_credentials .*\n/);
    const rows = rowsOf(report);
    expect(rows.some(({ schema }) => schema === 'knell.abort/v1')).toBe(false);
    expect(rows.at(-1)).toMatchObject({ mode: 'shadow', disposition: 'would_abort' });
  });

  it('lets a healthy agent that quotes every error finish with its own code, and says so in one line', async () => {
    const report = join(folder, 'healthy.jsonl');
    const quoted = join(folder, 'quoted.txt');
    writeFileSync(quoted, QUOTED.join('\n'));
    const knell = local(['--obey', '--report', report], ...agent('quotes.mjs'), quoted);
    expect(await knell.exited).toBe(7);
    expect(knell.stderr()).toMatch(/^knell: nothing wrong found \(17 lines, .* s\)\n$/);
    expect(rowsOf(report)).toEqual([]);
  });

  it('ends an agent that prints a banner and then nothing', async () => {
    const knell = local(
      ['--rules', rules.folder, '--obey', ...GRACES],
      'sh',
      '-c',
      `echo '${BANNER}'; exec sleep 3600`,
    );
    expect([await knell.exited, knell.stdout()]).toEqual([125, `${BANNER}\n`]);
    expect(knell.stderr()).toContain('auth.token_expired (quiet/login-expired)');
  });

  it('spares an agent that prints a banner and goes on', async () => {
    const report = join(folder, 'withheld.jsonl');
    const script = `echo '${BANNER}'; read go; echo 'is what the log says'; exit 5`;
    const knell = local(['--rules', slowRules.folder, '--obey', '--report', report], 'sh', '-c', script);
    await knell.printed(BANNER);
    knell.child.stdin.end('go\n');
    expect(await knell.exited).toBe(5);
    expect(rowsOf(report)).toMatchObject([{ disposition: 'suppressed' }, {}, {}]);
  });

  it('passes output on byte for byte and colours nothing that is no terminal', async () => {
    const knell = local(
      ['--rules', rules.folder],
      'sh',
      '-c',
      `printf '${BANNER}\\nno line break'; printf 'half' >&2; exit 3`,
    );
    expect(await knell.exited).toBe(3);
    expect(knell.stdout()).toBe(`${BANNER}\nno line break`);
    expect(knell.stderr()).toMatch(/^half\nknell: /);
    expect(knell.stderr()).not.toContain('\u001b');
  });

  it.each<[string, string[], RegExp]>([
    ['a server', ['--local', '--nats', 'nats://h'], /--local needs no server: leave --nats out/],
    [
      'a rules folder that is none',
      ['--local', '--rules', '/does/not/exist'],
      /can't be read: there is no such file or folder/,
    ],
    [
      'a report that can not be written',
      ['--local', '--report', '/does/not/exist/r'],
      /the report \/does\/not\/exist\/r can't be written: there is no such file or folder\. Name a file/,
    ],
    ['a report without --local', ['--agent', 'a', '--execution', 'e', '--report', 'r'], /--report is for --local/],
    ['rules without --local', ['--agent', 'a', '--execution', 'e', '--rules', 'r'], /--rules is for --local/],
  ])('refuses %s before the agent is started', async (_, args, message) => {
    const knell = startTap([...args, '--', 'echo', 'started'], { KNELL_RULES: rules.folder });
    expect([await knell.exited, knell.stdout()]).toEqual([2, '']);
    expect(knell.stderr()).toMatch(message);
  });
});
