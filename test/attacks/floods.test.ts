import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { FleetMode } from '../../src/contracts/fleet-mode.ts';
import type { Run } from '../../src/contracts/run.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { nextAbort, say, untilAllIsRead } from '../support/service.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';
import { attack, DOOM, subjects } from './attack.ts';

/*
 * On a bus of their own, so that the others are not held up. A budget of 20 stands for the 300 that are shipped.
 */

const nats = useNatsServer();
let worker: WorkerProcess;
let rssAtStart = 0;
beforeAll(async () => {
  worker = await startWorkerProcess(nats.server.url, 'rules', { KNELL_BUDGET_PER_MINUTE: '20', KNELL_HTTP: '' });
  rssAtStart = worker.rssBytes();
}, 60_000);
afterAll(() => worker?.kill('SIGKILL'));

let count = 0;
const runOf = (agent: string): Run => {
  count += 1;
  return { agent, execution: `e${count}`, attempt: 1 };
};
const HEAD = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured' };
const print = (run: Run, lines: readonly string[] | Uint8Array) => say(nats.connection, run, 'stdout', lines, HEAD);

/** That another agent's doomed run is ended, and how long that takes. */
async function endsOther(agent = `honest${count}`): Promise<number> {
  const run = runOf(agent);
  const ended = nextAbort(nats.connection, run);
  const sinceMs = performance.now();
  await print(run, DOOM);
  await ended;
  return performance.now() - sinceMs;
}
async function mode(): Promise<FleetMode | undefined> {
  const entry = await (await nats.connection.jetstream().views.kv('knell_fleet')).get('mode');
  return entry?.json();
}

describe('floods', () => {
  attack(
    'one agent prints 50 MB and 200,000 lines',
    "others' runs are ended meanwhile; memory stays bounded",
    async () => {
      const run = runOf('flooder');
      const chunk = Buffer.from(`${claude.says('x'.repeat(150))}\n`.repeat(2_000));
      const flood = (async () => {
        for (let n = 0; n < 100; n++) await print(run, chunk);
      })();
      await endsOther();
      await flood;
      await untilAllIsRead(nats.connection);
      await endsOther();
      expect(worker.rssBytes() - rssAtStart).toBeLessThan(400 * 1024 * 1024);
    },
  );

  attack(
    'two thousand messages on subjects that are none, or no JSON',
    'each rejected once; others are judged',
    async () => {
      const jetstream = nats.connection.jetstream({ timeout: 60_000 });
      for (let round = 0; round < 10; round++) {
        await Promise.all(
          Array.from({ length: 200 }, (_, n) =>
            jetstream.publish(n % 2 ? `knell.runs.flooder.e.${n}x` : `knell.acks.flooder.e${n}.1`, 'nonsense'),
          ),
        );
      }
      await untilAllIsRead(nats.connection);
      await endsOther();
    },
  );

  attack(
    'three thousand failures that no rule knows, each with other words',
    'a bounded account; others are judged',
    async () => {
      const run = runOf('flooder');
      const word = (n: number) => n.toString(26).replace(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)] as string);
      const lines = Array.from({ length: 3_000 }, (_, n) =>
        JSON.stringify({ type: 'system', subtype: 'flux', error: `Flux ${word(n)} broke ${word(n * 7)}` }),
      );
      await print(run, [claude.init(), ...lines]);
      await untilAllIsRead(nats.connection);
      const manager = await nats.connection.jetstreamManager();
      const { state } = await manager.streams.info('KNELL_NOTICES', { subjects_filter: 'knell.notices.drift.>' });
      expect(Object.values(state.subjects ?? {}).reduce((sum, each) => sum + each, 0)).toBeLessThan(50);
      await endsOther();
    },
  );

  attack('two thousand runs of one agent that start and are never heard of again', 'others are judged', async () => {
    const jetstream = nats.connection.jetstream({ timeout: 60_000 });
    const at = new Date().toISOString();
    await Promise.all(
      Array.from({ length: 2_000 }, () => {
        const run = runOf('flooder');
        return jetstream.publish(
          subjects.runs(run),
          JSON.stringify({ schema: 'knell.run/v1', type: 'started', ...run, at }),
        );
      }),
    );
    await untilAllIsRead(nats.connection);
    await endsOther();
  });

  attack(
    'one agent dooms more runs than are believed, to switch the rule off for all',
    'off for that agent alone; others are ended',
    async () => {
      for (let n = 0; n < 40; n++) await print(runOf('forger'), DOOM);
      await expect
        .poll(async () => Object.keys((await mode())?.shadowed ?? {}))
        .toEqual(['auth/token-expired of forger']);
      for (const agent of ['honest-a', 'honest-b', 'honest-c']) await endsOther(agent);
      expect((await mode())?.mode).toBeUndefined();
    },
  );
});

attack('all of the above', 'the same process, which met no fault of its own', async () => {
  expect(readFileSync(`/proc/${worker.pid}/comm`, 'utf8')).toContain('node');
  expect(worker.log()).not.toMatch(/TypeError|RangeError|ReferenceError|SyntaxError|uncaught|unhandled/i);
});
