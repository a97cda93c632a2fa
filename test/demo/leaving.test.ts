import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPids } from '../../src/demo/read-pids.ts';

const DEMO = join(import.meta.dirname, '../../dist/demo/demo.js');
const folder = mkdtempSync(join(tmpdir(), 'knell-leaving-'));
beforeEach(() => mkdirSync(folder, { recursive: true }));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The agent that retries, and its helper that ignores every request to end. */
function stubbornPids(): number[] {
  const [work = ''] = readdirSync(folder).filter((name) => name.startsWith('knell-demo-'));
  return readPids(join(folder, work, 'retry.pids'));
}

test.each(['SIGTERM', 'unread'] as const)('a demo that is left by %s leaves no process behind', async (how) => {
  const demo = spawn(process.execPath, [DEMO], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  demo.stderr.on('data', (text) => {
    said += String(text);
  });
  demo.stdout.resume();
  const closed = once(demo, 'close');
  await expect.poll(() => stubbornPids().length, { interval: 20 }).toBe(2);
  const pids = stubbornPids();
  if (how === 'unread') demo.stdout.destroy();
  else demo.kill('SIGTERM');
  await closed;
  expect(said).toBe('');
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith('knell-'))).toEqual([]);
});

test('a word that the demo does not know is told, and starts nothing', async () => {
  const demo = spawn(process.execPath, [DEMO, '--kep'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  demo.stderr.on('data', (text) => {
    said += String(text);
  });
  const [code] = await once(demo, 'close');
  expect([code, said]).toEqual([2, expect.stringContaining('npm run demo [-- --keep]')]);
});
