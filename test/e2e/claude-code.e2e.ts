import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cachedVersions } from '../capture/install-agent.ts';
import { prepareClaude } from '../capture/run-claude.ts';
import { useNatsServer } from '../support/nats.ts';
import { nextAbort } from '../support/service.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const KNELL = join(ROOT, 'dist', 'main.cjs');
const versions = await cachedVersions(ROOT, 'claude-code');
const nats = useNatsServer();

/** Runs the real Claude Code under `knell tap --obey` to its end. */
function tap(
  execution: string,
  scene: { command: readonly string[]; env: Readonly<Record<string, string>>; cwd: string },
) {
  const args = [
    'tap',
    '--agent',
    'claude',
    '--execution',
    execution,
    '--runtime',
    'claude-code',
    '--subscription',
    'team-a',
  ];
  const startedMs = performance.now();
  const child = spawn(process.execPath, [KNELL, ...args, '--obey', '--nats', nats.server.url, '--', ...scene.command], {
    cwd: scene.cwd,
    env: scene.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise<{ code: number | null; seconds: number; output: string }>((resolve) => {
    child.once('exit', (code) => resolve({ code, seconds: (performance.now() - startedMs) / 1_000, output }));
  });
}

// The agents are no part of the project: `npm run capture -- claude-code` puts one into the cache.
if (versions.length === 0) throw new Error('no Claude Code in the cache: run `npm run capture -- claude-code` first');

describe('the real Claude Code', () => {
  test.each(versions)(
    'version %s with a refused API key is ended long before its own ladder of retries is over',
    { timeout: 120_000 },
    async (version) => {
      const scene = await prepareClaude({ projectRoot: ROOT, version });
      if (!scene) throw new Error(`version ${version} is in the cache and can't be prepared`);
      const worker = await startWorkerProcess(nats.server.url, join(ROOT, 'rules'));
      try {
        const execution = `refused-${version.replaceAll('.', '-')}`;
        const abort = nextAbort(nats.connection, { agent: 'claude', execution, attempt: 1 });
        const { code, seconds, output } = await tap(execution, scene);
        process.stderr.write(`claude-code ${version}, API key answered 401, under knell: ${seconds.toFixed(1)} s\n`);
        expect(code, output).toBe(125);
        expect(await abort).toMatchObject({
          category: 'auth.invalid_credentials',
          credential: { kind: 'api_key' },
          grade: 'typed',
        });
      } finally {
        await worker.kill('SIGTERM');
        await scene.stop();
      }
    },
  );

  test.each(versions)(
    'version %s that answers a question about error texts finishes in peace',
    { timeout: 120_000 },
    async (version) => {
      const scene = await prepareClaude({ projectRoot: ROOT, version, answer: 'quotes' });
      if (!scene) throw new Error(`version ${version} is in the cache and can't be prepared`);
      const worker = await startWorkerProcess(nats.server.url, join(ROOT, 'rules'));
      try {
        const { code, output } = await tap(`healthy-${version.replaceAll('.', '-')}`, scene);
        expect(code, output).toBe(0);
      } finally {
        await worker.kill('SIGTERM');
        await scene.stop();
      }
    },
  );

  test.each(versions)('version %s meets the 401 twice and goes on retrying', { timeout: 120_000 }, async (version) => {
    const scene = await prepareClaude({ projectRoot: ROOT, version });
    if (!scene) throw new Error(`version ${version} is in the cache and can't be prepared`);
    const [program = '', ...args] = scene.command;
    const { cwd, env } = scene;
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
    const exited = once(child, 'exit');
    try {
      const retries: unknown[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        const event = JSON.parse(line) as { subtype?: string; error_status?: number; attempt?: number };
        if (event.subtype === 'api_retry') retries.push([event.attempt, event.error_status]);
        if (retries.length === 2) break;
      }
      expect(retries).toEqual([
        [1, 401],
        [2, 401],
      ]);
      expect(child.exitCode).toBeNull();
    } finally {
      child.kill('SIGKILL');
      await exited;
      await scene.stop();
    }
  });
});
