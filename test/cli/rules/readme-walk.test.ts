import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const readme = await readFile('rules/README.md', 'utf8');
const knell = join(process.cwd(), 'dist', 'main.cjs');
const walk = /## A walk[\s\S]*?```console\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';

test('the walk of rules/README.md does what it says, command by command', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'knell-walk-'));
  try {
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'knell'), `#!/bin/sh\nexec "${process.execPath}" "${knell}" "$@"\n`, {
      mode: 0o755,
    });
    await writeFile(join(folder, 'agent.log'), 'Acme agent 1.0\nBYOK: Seat moved to deck 12\nGiving up on the task\n');
    const env = {
      ...process.env,
      NO_COLOR: '1',
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    };
    const steps = walk.split(/^\$ /m).filter(Boolean);
    expect(steps.length).toBeGreaterThan(7);
    for (const step of steps) {
      const [command = '', ...expected] = step.trimEnd().split('\n');
      // Commands that find something exit with 1; what they print tells.
      const { stdout, status, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, env, encoding: 'utf8' });
      expect([command, status === 0 || status === 1, stderr]).toEqual([command, true, '']);
      for (const line of expected) expect(stdout).toContain(line);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
