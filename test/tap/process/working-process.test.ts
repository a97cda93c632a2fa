import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { systemProcessTable } from '../../../src/tap/process/process-table.ts';
import { workingProcess } from '../../../src/tap/process/working-process.ts';

it('finds the process that a process has started, with its name where the system tells it', async () => {
  // The shell says its own pid and its child's, and waits.
  const shell = spawn('sh', ['-c', 'sleep 600 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = Number((await once(shell.stdout, 'data'))[0]);
  try {
    // The table answers before the child has become `sleep`, so that the name may still be the shell's.
    expect(workingProcess(shell.pid as number)?.pid).toBe(pid);
    expect(workingProcess(pid)).toBeUndefined();
  } finally {
    process.kill(pid, 'SIGKILL');
    await once(shell, 'close');
  }
});

it('takes the youngest of the deepest', () => {
  const rows = [
    [1, 0],
    [10, 1],
    [11, 10],
    [12, 10],
    [13, 11],
  ] as const;
  const list = () => rows.map(([pid, parent]) => ({ pid, parent, group: 1, start: '1', isRunnable: false }));
  expect(workingProcess(10, { ...systemProcessTable(), list })?.pid).toBe(13);
  expect(workingProcess(13, { ...systemProcessTable(), list })).toBeUndefined();
});
