import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { systemTreeSampler } from '../../../src/tap/process/tree-sample.ts';
import { killAll } from '../../support/live-processes.ts';

it('sees a process, its children and theirs, also those with a session of their own, and no zombies', async () => {
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true });
    child.stdout.once('data', (data) => console.log(JSON.stringify([child.pid, Number(String(data))])));
  `;
  const root = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [data] = (await once(root.stdout, 'data')) as [Buffer];
  const [shell, sleep] = JSON.parse(data.toString()) as [number, number];
  try {
    const { sample } = systemTreeSampler();
    const seen = sample(root.pid as number);
    expect(seen[0]?.pid).toBe(root.pid);
    expect(seen.map(({ pid }) => pid).sort()).toEqual([root.pid, shell, sleep].sort());
    expect(seen[0]?.cpuMs).toBeGreaterThan(0);
    if (process.platform === 'linux') {
      expect(Math.abs((seen[0]?.startedMs ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(seen.find(({ pid }) => pid === shell)?.pipes).toEqual({
        read: expect.any(Number),
        written: expect.any(Number),
      });
    }
  } finally {
    killAll([sleep, shell, root.pid as number]);
    await once(root, 'close');
  }
  expect(systemTreeSampler().sample(root.pid as number)).toEqual([]);
});
