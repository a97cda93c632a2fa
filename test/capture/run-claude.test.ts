import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { cachedVersions } from './install-agent.ts';
import { prepareClaude } from './run-claude.ts';

const versions = await cachedVersions(process.cwd(), 'claude-code');

describe('a scene for the real Claude Code', () => {
  it('is none where the CLI is not in the cache', async () => {
    expect(await prepareClaude({ version: '0.0.0-none' })).toBeUndefined();
  });

  it.skipIf(versions.length === 0).each(versions)(
    'has Claude Code %s meet the 401 twice and go on retrying',
    async (version) => {
      const scene = await prepareClaude({ version });
      if (!scene) throw new Error('the CLI was in the cache a moment ago');
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
    },
  );
});
