import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { KNELL, startTap } from '../../support/tap-process.ts';
import { openTerminal, type Terminal } from '../../support/terminal.ts';

const work = mkdtempSync(join(tmpdir(), 'knell-pty-'));
const open: Terminal[] = [];
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.end();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** `knell tap --local --pty` in a person's terminal, around a shell script. */
function tapped(script: string, ...options: string[]): Terminal {
  const terminal = openTerminal(
    process.execPath,
    [KNELL, 'tap', '--local', '--pty', ...options, '--', 'sh', '-c', script],
    { ...process.env, NO_COLOR: '1' },
  );
  open.push(terminal);
  return terminal;
}

it('gives the agent a terminal on all three streams, as large as the window is', async () => {
  const terminal = tapped('for fd in 0 1 2; do test -t $fd && echo "terminal $fd"; done; stty size');
  expect(await terminal.exited).toBe(0);
  for (const text of ['terminal 0', 'terminal 1', 'terminal 2', '24 80']) expect(terminal.shown()).toContain(text);
});

it('tells the agent when the window changes its size', async () => {
  const terminal = tapped('trap "stty size; exit 7" WINCH; echo ready; while :; do read -r _ || :; done');
  await terminal.sees('ready');
  terminal.resize(120, 40);
  await terminal.sees('40 120');
  expect(await terminal.exited).toBe(7);
});

it('passes keys on as they are pressed, and colours as they are', async () => {
  const script =
    'stty raw -echo; printf "\\033[31mready\\033[0m"; key=$(dd bs=1 count=1 2>/dev/null); stty sane; echo "got $key"';
  const terminal = tapped(script);
  await terminal.sees('\u001b[31mready\u001b[0m');
  // No line end: without a raw terminal it would wait for one.
  terminal.type('x');
  await terminal.sees('got x');
  expect(await terminal.exited).toBe(0);
});

it('lets Ctrl-C reach the agent as its own terminal makes a signal of it, and lives on', async () => {
  const terminal = tapped('trap "echo interrupted; exit 5" INT; echo ready; while :; do read -r _ || :; done');
  await terminal.sees('ready');
  terminal.type('\u0003');
  await terminal.sees('interrupted');
  expect(await terminal.exited).toBe(5);
});

it('reads what is shown, through colours and carriage returns, and ends a doomed agent', async () => {
  const report = join(work, 'report.jsonl');
  const line = '{"type":"result","is_error":true,"api_error_status":401,"result":"Invalid bearer token"}';
  const events = join(work, 'events');
  writeFileSync(
    events,
    `{"type":"system","subtype":"init","session_id":"s","tools":[],"model":"m","apiKeySource":"none"}\n${line}\n`,
  );
  const terminal = tapped(
    `cat ${events}; sleep 600`,
    ...['--obey', '--report', report, '--runtime', 'claude-code', '--interrupt-grace', '100ms'],
  );
  expect(await terminal.exited).toBe(125);
  expect(terminal.shown()).toContain('api_error_status');
  const rows = readFileSync(report, 'utf8').trim().split('\n');
  expect(rows.map((row) => JSON.parse(row)).find(({ schema }) => schema === 'knell.abort/v1')).toMatchObject({
    schema: 'knell.abort/v1',
    category: expect.stringMatching(/^auth\./),
  });
});

it('gives the terminal back as it was', async () => {
  const terminal = openTerminal(
    'sh',
    [
      '-c',
      `stty -a >${work}/before; "${process.execPath}" "${KNELL}" tap --local --pty -- true; stty -a >${work}/after`,
    ],
    { ...process.env },
  );
  open.push(terminal);
  expect(await terminal.exited).toBe(0);
  expect(readFileSync(join(work, 'after'), 'utf8')).toBe(readFileSync(join(work, 'before'), 'utf8'));
});

it.each([
  [['no-such-agent-anywhere'], 127, 'no such command'],
  [[work], 126, 'it is a folder'],
])('says of %j what it says without a terminal', async (command, code, words) => {
  const knell = startTap(['--local', '--pty', '--', ...command]);
  expect(await knell.exited).toBe(code);
  expect(knell.stderr()).toContain(words);
});

it('types what comes through a pipe, and its end', async () => {
  const knell = startTap([
    '--local',
    '--pty',
    '--',
    'sh',
    '-c',
    'while read -r line; do echo "got $line"; done; echo over',
  ]);
  knell.child.stdin?.end('one\n');
  expect(await knell.exited).toBe(0);
  expect(knell.stdout()).toContain('got one');
  expect(knell.stdout()).toContain('over');
});

it('says in one line what is missing where terminals can not be made, and starts nothing', () => {
  // As it lies where optional packages were left out.
  for (const part of ['dist', 'package.json']) {
    cpSync(join(KNELL, '../..', part), join(work, 'bare', part), { recursive: true });
  }
  const knell = join(work, 'bare/dist/main.cjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [knell, 'tap', '--local', '--pty', '--', 'echo', 'started'],
    { encoding: 'utf8' },
  );
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: --pty needs the optional package @lydell\/node-pty/);
});
