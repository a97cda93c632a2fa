import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { parseProcStat, parsePs, systemProcessTable } from '../../../src/tap/process/process-table.ts';

describe('process table', () => {
  it('reads a row of /proc whose name has spaces and parentheses in it', () => {
    const numbers = Array.from({ length: 48 }, (_, i) => `${i}`).join(' ');
    expect(parseProcStat(`4711 (a) b (c) S 12 34 ${numbers}\n`)).toEqual({
      pid: 4711,
      parent: 12,
      group: 34,
      start: '16',
      isRunnable: false,
    });
  });

  it.each(['R', 'D'])('says that a process in state %s is at work', (state) => {
    const rest = Array.from({ length: 50 }, () => '1').join(' ');
    expect(parseProcStat(`4711 (sh) ${state} ${rest}`)?.isRunnable).toBe(true);
  });

  it.each(['T', 't'])('says that a process in state %s is stopped', (state) => {
    const rest = Array.from({ length: 50 }, () => '1').join(' ');
    expect(parseProcStat(`4711 (sh) ${state} ${rest}`)).toMatchObject({ isStopped: true, isRunnable: false });
  });

  it('takes a zombie for dead', () => {
    const rest = Array.from({ length: 50 }, () => '1').join(' ');
    expect(parseProcStat(`4711 (sh) Z ${rest}`)).toBeUndefined();
  });

  it('reads what ps prints on macOS and Linux', () => {
    const output = `
    1     0     1 Ss   0:01.50 Mon Sep 21 10:00:00 2026
  812     1   812 Z+   0:00.00 Mon Sep 21 10:00:01 2026
  900     1   812 R    1-02:03:04 Tue Sep 22 09:09:09 2026
`;
    expect(parsePs(output)).toEqual([
      { pid: 1, parent: 0, group: 1, start: 'Mon Sep 21 10:00:00 2026', cpuMs: 1_500, isRunnable: false },
      { pid: 900, parent: 1, group: 812, start: 'Tue Sep 22 09:09:09 2026', cpuMs: 93_784_000, isRunnable: true },
    ]);
  });

  it('knows a live process, its parent and its environment, and forgets it when it ends', async () => {
    const table = systemProcessTable();
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log(1)'], {
      env: { ...process.env, MARK: 'a-mark-of-its-own' },
    });
    await once(child.stdout, 'data');
    const pid = child.pid as number;
    expect(table.entry(pid)).toMatchObject({ pid, parent: process.pid });
    expect(table.list().map((entry) => entry.pid)).toContain(pid);
    if (process.platform === 'linux') {
      expect([table.environmentHas(pid, 'a-mark-of-its-own'), table.environmentHas(pid, 'another-mark')]).toEqual([
        true,
        false,
      ]);
    }
    child.stdin.end();
    await once(child, 'exit');
    expect(table.entry(pid)).toBeUndefined();
  });
});
