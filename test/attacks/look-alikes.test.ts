import { describe, expect } from 'vitest';
import {
  allIsRead,
  as,
  attack,
  commandsFor,
  DOOM,
  expectAlive,
  expectStillJudges,
  freshRun,
  permissionOf,
  print,
  stored,
  target,
  tell,
} from './attack.ts';

const rejected = async () => Number(/^knell_messages_rejected_total (\d+)/m.exec(await metrics())?.[1] ?? 0);
const metrics = async () => {
  const headers = { authorization: `Bearer ${target.token}` };
  return (await fetch(`${target.http}/metrics`, { headers })).text();
};

describe('subjects that look like others', () => {
  attack(
    'an attempt of 0, 01, 1e3, -1, 99999999999999999999, an execution of 129 letters',
    'each rejected, counted, never again',
    async () => {
      const before = await rejected();
      const builder = await as('builder');
      const places = ['e1.0', 'e1.01', 'e1.1e3', 'e1.-1', 'e1.99999999999999999999', `${'e'.repeat(129)}.1`];
      for (const place of places) {
        await builder.jetstream().publish(`knell.logs.builder.${place}.stdout`, DOOM.join('\n'));
        await builder.jetstream().publish(`knell.runs.builder.${place}`, '{}');
        await builder.jetstream().publish(`knell.acks.builder.${place}`, '{}');
      }
      await allIsRead();
      await expect.poll(rejected).toBeGreaterThanOrEqual(before + places.length * 3);
      await expectStillJudges();
    },
  );

  attack(
    'Cyrillic and full-width letters, a zero-width space, a right-to-left mark in ids',
    'each rejected: no run of another name is touched',
    async () => {
      const builder = await as('builder');
      for (const id of [
        'е1',
        'ｅ1',
        'e\u200b1',
        'e\u202e1',
        'ẹ1',
        'e1\u00ad',
        '../e1',
        'e%2e1',
        '%s%n',
        '$(id)',
        "e';--",
      ]) {
        await builder.jetstream().publish(`knell.logs.builder.${id.replaceAll('.', '_')}.1.stdout`, DOOM.join('\n'));
      }
      await expectAlive({ agent: 'builder', execution: 'e1', attempt: 1 });
      await expectStillJudges();
    },
  );

  attack(
    'a stream named stdlog, STDOUT or stdout with a space, a token too many or too few',
    'rejected or refused',
    async () => {
      const run = freshRun();
      const builder = await as('builder');
      for (const stream of ['stdlog', 'STDOUT', 'stdout_']) {
        await builder.jetstream().publish(`knell.logs.builder.${run.execution}.1.${stream}`, DOOM.join('\n'));
      }
      for (const subject of [
        `knell.logs.builder.${run.execution}.1.stdout.x`,
        `knell.logs.builder.${run.execution}.1`,
      ]) {
        expect(await permissionOf('builder', 'publish', subject)).toBe('refused');
      }
      await expectAlive(run);
    },
  );

  attack("the other agent's name in capitals, with a dot or a wildcard in it", 'the server refuses it', async () => {
    for (const name of ['Other', 'OTHER', 'other.x', '*', '>', 'builder.other']) {
      expect(await permissionOf('builder', 'publish', `knell.logs.${name}.e1.1.stdout`)).toBe('refused');
      expect(await permissionOf('builder', 'subscribe', `knell.aborts.${name}.*.*`)).toBe('refused');
    }
  });

  attack('another prefix: KNELL, knell2, knell.knell', 'the server refuses it', async () => {
    for (const prefix of ['KNELL', 'knell2', 'knell.knell', '_knell', '$KV', '$JS.API']) {
      expect(await permissionOf('builder', 'publish', `${prefix}.logs.builder.e1.1.stdout`)).toBe('refused');
    }
  });
});

describe('names that are more than names', () => {
  attack('executions named __proto__, constructor, hasOwnProperty', 'judged like any other', async () => {
    for (const execution of ['__proto__', 'constructor', 'hasOwnProperty', 'toString', '-', '_', '--help']) {
      const run = { agent: 'builder', execution, attempt: 1 };
      await tell(run, { type: 'started', runtime: '__proto__', subscription: 'constructor' });
      await print(run, DOOM);
      await allIsRead();
      expect(await commandsFor(run)).toHaveLength(1);
    }
  });

  attack('the largest attempt there can be', 'judged like any other', async () => {
    const run = { ...freshRun(), attempt: Number.MAX_SAFE_INTEGER };
    await print(run, DOOM);
    await allIsRead();
    expect(await commandsFor(run)).toHaveLength(1);
  });

  attack(
    'a runtime, signal and fingerprint of 200 KB, with escape sequences',
    "cut or refused: the run's state stays small",
    async () => {
      const run = freshRun();
      const long = `\u001b]0;x\u0007${'x'.repeat(200_000)}`;
      await tell(run, {
        type: 'started',
        runtime: long,
        subscription: long,
        credential: { kind: 'oauth', fingerprint: long },
      });
      await tell(run, { type: 'exited', code: null, signal: long });
      await allIsRead();
      const [state] = await stored('KV_knell_runs', `$KV.knell_runs.builder.${run.execution}.1`);
      expect(state?.data.length ?? 0).toBeLessThan(10_000);
      expect(Buffer.from(state?.data ?? []).toString('utf8')).not.toMatch(/\\u001b/);
    },
  );
});
