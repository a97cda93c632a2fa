import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'nats';
import { expect, test } from 'vitest';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';

const SERVER = join(import.meta.dirname, '../../src/nats/embedded-server.ts');

/** A program that starts a server and says where it listens, built from the source as it is now. */
async function programOf(before: string): Promise<string> {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: SERVER, platform: 'node' });
  const { output } = await bundle.generate({ format: 'esm' });
  return `${output[0].code}\n${before}\nconst server = await startEmbeddedServer();\nconsole.log(server.url);`;
}

/** A process that runs it. */
async function startHolder(before = '', env = process.env) {
  const program = await programOf(before);
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env,
  });
  const [line] = await once(holder.stdout, 'data');
  return { holder, url: String(line).trim() };
}

/** Whether a server answers there: its process may stay on as a zombie where nothing reaps it. */
async function listens(url: string): Promise<boolean> {
  try {
    await (await connect({ servers: url, timeout: 2_000, reconnect: false })).close();
    return true;
  } catch {
    return false;
  }
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a server ends with the process that started it, also by %s',
  async (signal) => {
    const { holder, url } = await startHolder();
    expect(await listens(url)).toBe(true);
    holder.kill(signal);
    await once(holder, 'exit');
    await expect.poll(() => listens(url)).toBe(false);
  },
);

test('the folder of a server goes with the process that started it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'knell-holder-'));
  const { holder } = await startHolder('', { ...process.env, TMPDIR: folder });
  expect(readdirSync(folder)).toHaveLength(1);
  holder.kill('SIGKILL');
  await expect.poll(() => readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test('nor does one stay behind whose holder dies in the moment in which it starts a server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'knell-holder-'));
  const program = await programOf(`import processes from 'node:child_process';
import { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const spawnReal = processes.spawn;
processes.spawn = (...args) => {
  spawnReal(...args);
  writeSync(1, 'started');
  process.kill(process.pid, 'SIGKILL');
};
syncBuiltinESMExports();`);
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(String((await once(holder.stdout, 'data'))[0])).toBe('started');
  await expect.poll(() => readdirSync(folder)).toEqual([]);
  const { stdout } = spawnSync('ps', ['-eo', 'args='], { encoding: 'utf8' });
  expect(stdout.split('\n').filter((args) => args.includes('nats-server') && args.includes(folder))).toEqual([]);
  rmSync(folder, { recursive: true });
});

test("Ctrl-C in the terminal, which goes to the whole group, leaves the server's end to the process that started it", async () => {
  const { holder, url } = await startHolder("process.on('SIGINT', () => console.log('interrupted'));");
  process.kill(-(holder.pid as number), 'SIGINT');
  await once(holder.stdout, 'data');
  expect(await listens(url)).toBe(true);
  holder.kill('SIGKILL');
  await expect.poll(() => listens(url)).toBe(false);
});

test('a frozen server is killed when it is stopped', async () => {
  const server = await startEmbeddedServer({ killAfterMs: 1 });
  process.kill(server.pid, 'SIGSTOP');
  await server.stop();
  expect(await listens(server.url)).toBe(false);
});

test('one whose guard is killed ends too, and its folder goes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'knell-holder-'));
  const { holder, url } = await startHolder('', { ...process.env, TMPDIR: folder });
  expect(await listens(url)).toBe(true);
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(holder.pid)], { encoding: 'utf8' });
  const [guard = Number.NaN, ...others] = stdout.split('\n').filter(Boolean).map(Number);
  expect([guard > 1, others]).toEqual([true, []]);
  process.kill(guard, 'SIGKILL');
  await expect.poll(() => readdirSync(folder)).toEqual([]);
  expect(await listens(url)).toBe(false);
  holder.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test('a folder is made by what removes it: one that is never started leaves none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'knell-holder-'));
  const program = await programOf(`import processes from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
processes.spawn = () => process.kill(process.pid, 'SIGKILL');
syncBuiltinESMExports();`);
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, TMPDIR: folder },
    stdio: 'ignore',
  });
  await once(holder, 'exit');
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
