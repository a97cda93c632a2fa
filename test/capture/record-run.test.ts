import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { recordRun } from './record-run.ts';

const record = (script: string, capMs = 20_000) =>
  recordRun({
    command: process.execPath,
    args: ['-e', script],
    cwd: tmpdir(),
    env: { PATH: process.env.PATH ?? '' },
    capMs,
    graceMs: 50,
  });

const texts = (lines: readonly { line: string }[]) => lines.map(({ line }) => line);

describe('recording a run', () => {
  it('keeps the lines of each stream apart, the unfinished last one included', async () => {
    const run = await record(`process.stdout.write('one\\ntwo\\n\\nthree'); process.stderr.write('oops\\n')`);
    expect(texts(run.stdout)).toEqual(['one', 'two', '', 'three']);
    expect(texts(run.stderr)).toEqual(['oops']);
    expect(run).toMatchObject({ exit_code: 0, signal: null, ended: 'exit' });
  });

  it('keeps the exit code of a failure and the signal of a violent end', async () => {
    expect(await record('process.exit(41)')).toMatchObject({ exit_code: 41, signal: null, ended: 'exit' });
    expect(await record(`process.kill(process.pid, 'SIGKILL')`)).toMatchObject({ exit_code: null, signal: 'SIGKILL' });
  });

  it('gives each line a time that never goes back', async () => {
    const run = await record(`console.log('a'); setTimeout(() => console.log('b'), 30)`);
    const times = run.stdout.map(({ ms }) => ms);
    expect(times).toHaveLength(2);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(run.duration_ms).toBeGreaterThanOrEqual(times[1] ?? 0);
  });

  it('ends a run that never would, with the children that hold its pipes', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' })`;
    // That it comes back at all says that nobody holds the pipes any more.
    const run = await record(`${child}; setInterval(() => {}, 1e6)`, 1_500);
    expect(run.ended).toBe('capped');
  });

  it('does not wait for a child that outlives the program and holds its pipes', async () => {
    const child = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' })`;
    const run = await record(`${child}.unref(); console.log('done')`);
    expect(run).toMatchObject({ exit_code: 0, ended: 'exit' });
    expect(texts(run.stdout)).toEqual(['done']);
  });

  it('says so where the program cannot be started', async () => {
    const missing = { command: '/no/such/agent', args: [], cwd: tmpdir(), env: {}, capMs: 1_000 };
    await expect(recordRun(missing)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
