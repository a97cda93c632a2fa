import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
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
  // Said while the agent still has the terminal, which then adds no carriage return.
  expect(terminal.shown()).toMatch(/\r\nknell: ending this run[^\r\n]*\r\n/);
  const rows = readFileSync(report, 'utf8').trim().split('\n');
  expect(rows.map((row) => JSON.parse(row)).find(({ schema }) => schema === 'knell.abort/v1')).toMatchObject({
    schema: 'knell.abort/v1',
    category: expect.stringMatching(/^auth\./),
  });
});

/** That many bytes of lines, each of which tells where it stands. Long ones: knell reads what an agent shows line by line. */
function payload(bytes: number): Buffer {
  const lines = Array.from({ length: bytes / 1_000 }, (_, at) => `${String(at).padStart(999, '0')}\n`);
  return Buffer.from(lines.join(''));
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Settles when there is a file of this name in the folder. */
async function appears(folder: string, name: string): Promise<void> {
  const watcher = watch(folder);
  while (!existsSync(join(folder, name))) await once(watcher, 'change');
  watcher.close();
}

/**
 * Reads a stream's first bytes, whatever comes behind them.
 *
 * @param late what to wait for before the last of them are read
 */
async function firstBytes(stream: Readable, length: number, late?: () => Promise<void>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let read = 0;
  let isHeld = false;
  stream.on('data', (piece: Buffer) => {
    pieces.push(piece);
    read += piece.length;
    if (!late || isHeld || read < length - 30_000) return;
    isHeld = true;
    stream.pause();
    void late().then(() => stream.resume());
  });
  await once(stream, 'end');
  return Buffer.concat(pieces).subarray(0, length);
}

// The largest fills every buffer on the way ten times over.
describe.each([8_000, 200_000, 1_500_000])('an agent that shows %d bytes and is over at once', (size) => {
  const folder = mkdtempSync(join(work, 'payload-'));
  writeFileSync(join(folder, 'payload'), payload(size));
  // As its terminal shows it: a carriage return before each line's end.
  const expected = Buffer.from(payload(size).toString().replaceAll('\n', '\r\n'));
  const script = (over: string): string => `cat ${folder}/payload; : >${folder}/${over}; exit 3`;

  it.each(['at once', 'late'])('is seen to its last byte in a terminal that is drawn %s', async (how) => {
    const terminal = tapped(script(`shown-${how === 'late'}`));
    const late = how === 'late' ? () => appears(folder, 'shown-true') : undefined;
    const read = await firstBytes(terminal.output, expected.length, late);
    expect(await terminal.exited).toBe(3);
    expect(digest(read)).toBe(digest(expected));
  });

  it.each(['at once', 'late'])('is seen to its last byte by a program that reads %s', async (how) => {
    const args = [KNELL, 'tap', '--local', '--pty', '--', 'sh', '-c', script(`piped-${how === 'late'}`)];
    const knell = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const closed = once(knell, 'close');
    const late = how === 'late' ? () => appears(folder, 'piped-true') : undefined;
    const read = await firstBytes(knell.stdout, expected.length, late);
    expect(await closed).toEqual([3, null]);
    expect(digest(read)).toBe(digest(expected));
  });
});

it('judges an agent by the last line that it shows', async () => {
  const file = join(work, 'before-it');
  writeFileSync(file, payload(9_000));
  const script = `cat ${file}; echo "Login expired · Please run /login"; exit 1`;
  const terminal = tapped(script, '--runtime', 'claude-code');
  expect(await terminal.exited).toBe(1);
  expect(terminal.shown()).toContain('this run failed: auth.token_expired');
});

it.each([
  ['of an agent that puts each carriage return itself', 'stty raw; printf "AB\\nCD\\n"', 'AB\nCD\n'],
  ['of an agent that leaves them to its terminal', 'printf "AB\\nCD\\n"', 'AB\r\nCD\r\n'],
])('shows the bytes %s as they are, and its own lines at the margin', async (_, script, bytes) => {
  const terminal = tapped(`${script}; exit 3`);
  expect(await terminal.exited).toBe(3);
  expect(terminal.shown().startsWith(`${bytes}knell: `)).toBe(true);
  expect(terminal.shown().slice(bytes.length)).not.toMatch(/[^\r]\n|\r\r/);
});

it.each([
  ['after the agent has exited', 'true'],
  ['after it was ended by a signal', 'kill -KILL $$'],
  ['after a signal that came to knell', 'kill -TERM $PPID; sleep 600'],
  ['after a hang-up that came to knell', 'kill -HUP $PPID; sleep 600'],
])('gives the terminal back as it was %s', async (_, script) => {
  const terminal = openTerminal(
    'sh',
    [
      '-c',
      `stty -a >${work}/before; "${process.execPath}" "${KNELL}" tap --local --pty -- sh -c '${script}'; stty -a >${work}/after`,
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
