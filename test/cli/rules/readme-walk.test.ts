import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useNatsServer } from '../../support/nats.ts';
import { startWorkerProcess } from '../../support/worker-process.ts';

const nats = useNatsServer();
const readme = await readFile('rules/README.md', 'utf8');
const program = join(process.cwd(), 'dist', 'main.cjs');
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'knell-walk-'));
  await mkdir(join(home, 'bin'));
  await executable(join(home, 'bin', 'knell'), `exec "${process.execPath}" "${program}" "$@"`);
});
afterAll(() => rm(home, { recursive: true }));

const executable = (file: string, script: string) => writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });

/** The commands under a heading of rules/README.md, each with lines that it prints. */
function walkUnder(heading: string): { command: string; printed: string[] }[] {
  const block = new RegExp(`## ${heading}\n[\\s\\S]*?\`\`\`console\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? '';
  const steps = block.split(/^\$ /m).filter(Boolean);
  return steps.map((step) => {
    const [command = '', ...printed] = step.trimEnd().split('\n');
    return { command, printed };
  });
}

async function run(command: string, cwd: string): Promise<{ stdout: string; stderr: string; status: number | null }> {
  const env = { ...process.env, NO_COLOR: '1', NATS_URL: nats.server.url, KNELL_STATE: home };
  const child = spawn('sh', ['-c', command], {
    cwd,
    env: { ...env, PATH: `${join(home, 'bin')}:${process.env.PATH}` },
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { stdout, stderr, status };
}

/** What is said of a step that takes over two seconds on this machine. */
const PROGRESS = /^[a-z ]+(?: \d+(?:\/\d+)?| …)\n/gm;

/** Does what a person would who reads it: what is not there yet is looked at again. */
async function walk(heading: string, cwd: string): Promise<void> {
  const steps = walkUnder(heading);
  expect(steps.length).toBeGreaterThan(7);
  for (const { command, printed } of steps) {
    const isLook = /^knell rules (drift|report)/.test(command);
    for (const endMs = performance.now() + 60_000; ; ) {
      const { stdout, stderr, status } = await run(command, cwd);
      if (isLook && performance.now() < endMs && !printed.every((line) => stdout.includes(line))) continue;
      // Commands that find something exit with 1; what they print tells.
      const complaints = stderr.replace(PROGRESS, '');
      expect([command, status === 0 || status === 1, complaints]).toEqual([command, true, '']);
      for (const line of printed) expect(stdout).toContain(line);
      break;
    }
  }
}

test('the walk of rules/README.md does what it says, command by command', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(home, 'author-'));
  await writeFile(join(folder, 'agent.log'), 'Acme agent 1.0\nBYOK: Seat moved to deck 12\nGiving up on the task\n');
  await walk('A walk', folder);
});

test('so does the one from a failure that nothing knows to a rule that a fleet runs', {
  timeout: 300_000,
}, async () => {
  const folder = await mkdtemp(join(home, 'fleet-'));
  const says = [
    { type: 'thread.started', thread_id: '0199a213-81c0-7800-8aa1-bbab2a035a53' },
    { type: 'turn.started' },
    { type: 'error', message: 'Seat moved to deck 12' },
  ];
  await executable(
    join(folder, 'codex'),
    `${says.map((event) => `echo '${JSON.stringify(event)}'`).join('\n')}\nexit 1`,
  );
  const worker = await startWorkerProcess(nats.server.url, 'rules', { KNELL_STATE: home });
  try {
    await walk('From drift to rule', folder);
  } finally {
    await worker.kill('SIGTERM');
  }
});
