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

it.runIf(process.platform === 'linux')(
  'tells the agent, behind a wrapper or started once more, from its tools and servers',
  async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const sleep = 'setTimeout(() => undefined, 60_000)';
      const again = spawn(process.execPath, ['-e', sleep], { stdio: 'inherit' });
      const tool = spawn('sleep', ['60'], { stdio: 'inherit' });
      const piped = spawn('sleep', ['60'], { stdio: ['ignore', 'pipe', 'pipe'] });
      const named = spawn('sh', ['-c', 'sleep 60; claude -p hello'], { stdio: 'inherit' });
      const apart = spawn(process.execPath, ['-e', sleep], { stdio: 'inherit', detached: true });
      console.log(JSON.stringify([again, tool, piped, named, apart].map(({ pid }) => pid)));
    `;
    const root = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [data] = (await once(root.stdout, 'data')) as [Buffer];
    const pids = JSON.parse(data.toString()) as number[];
    const seen = systemTreeSampler().sample(root.pid as number);
    try {
      const isAgent = (pid: number) => seen.find((one) => one.pid === pid)?.isAgent ?? false;
      expect([root.pid as number, ...pids].map(isAgent)).toEqual([true, true, false, false, true, false]);
    } finally {
      killAll([...seen.map(({ pid }) => pid), ...pids, root.pid as number]);
      await once(root, 'close');
    }
  },
);
