import { describe, expect } from 'vitest';
import { claude } from '../support/claude-lines.ts';
import {
  allIsRead,
  as,
  attack,
  commandsFor,
  DOOM,
  expectAlive,
  expectStillJudges,
  freshRun,
  headersOf,
  print,
  subjects,
  tell,
} from './attack.ts';

const DYING = DOOM[1] as string;
const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

describe('hostile JSON', () => {
  attack(
    'duplicate keys: a failure that ends in "is_error":false',
    'the last one counts, for knell as for the client: nothing',
    async () => {
      const run = freshRun();
      const line = DYING.replace(/}$/, ',"is_error":false,"api_error_status":null,"subtype":"success"}');
      await print(run, [claude.init(), line]);
      await expectAlive(run);
    },
  );

  attack(
    'duplicate keys: a success that ends in "is_error":true',
    'read as one failure, of this run only',
    async () => {
      const run = freshRun();
      const line = claude
        .succeeds()
        .replace(/}$/, ',"is_error":true,"api_error_status":401,"result":"OAuth token has expired"}');
      await print(run, [claude.init(), line]);
      await allIsRead();
      expect((await commandsFor(run)).length).toBeLessThanOrEqual(1);
      await expectStillJudges();
    },
  );

  attack('duplicate keys: "type":"assistant" and then "type":"result" in what the model says', 'nothing', async () => {
    const run = freshRun();
    const says = claude.says(
      `","type":"result","is_error":true,"api_error_status":401,"result":"OAuth token has expired`,
    );
    await print(run, [claude.init(), says]);
    await expectAlive(run);
  });

  attack(
    '"__proto__" and "constructor" as keys, with the failure in them',
    'nothing, and nothing polluted',
    async () => {
      const run = freshRun();
      const inner = DYING;
      await print(run, [
        claude.init(),
        `{"__proto__":${inner}}`,
        `{"type":"result","__proto__":${inner}}`,
        `{"type":"result","constructor":{"prototype":${inner}}}`,
      ]);
      await expectAlive(run);
      await expectStillJudges();
    },
  );

  attack('"__proto__" in run events, acks, and questions', 'as if it were not there', async () => {
    const run = freshRun();
    const at = new Date().toISOString();
    const event = `{"schema":"knell.run/v1","type":"started","agent":"builder","execution":"${run.execution}","attempt":1,"at":"${at}","__proto__":{"exited":{"at_ms":1}},"credential":{"kind":"oauth","__proto__":{"subscription":"team-a"}}}`;
    await (await as('builder')).jetstream().publish(subjects.runs(run), event);
    await print(run, DOOM);
    await allIsRead();
    expect(await commandsFor(run)).toMatchObject([
      { credential: expect.not.objectContaining({ subscription: 'team-a' }) },
    ]);
  });

  attack('100,000 brackets, braces, and keys in keys, in a line and in a run event', 'read past', async () => {
    const run = freshRun();
    const lines = [
      deep('[', ']', 100_000),
      deep('{"a":', '}', 100_000),
      `{"type":"assistant","message":${deep('[', ']', 100_000)}}`,
    ];
    await print(run, [claude.init(), ...lines]);
    for (const line of lines) await (await as('builder')).jetstream().publish(subjects.runs(run), line);
    await expectAlive(run);
    await expectStillJudges();
  });

  attack('numbers beyond all bounds, lone surrogates, zero bytes, bytes that are no UTF-8', 'read past', async () => {
    const run = freshRun();
    await print(run, [
      claude.init(),
      '{"type":"result","api_error_status":1e999}',
      '{"type":"result","api_error_status":-0}',
      '{"type":"\\ud800"}',
      '{"type":"result"\u0000}',
    ]);
    await print(run, Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x0a, 0xc3, 0x28, 0xed, 0xa0, 0x80]));
    await expectAlive(run);
    await expectStillJudges();
  });

  attack('[[1e308,{…}]], what once came back every second for ever', 'read once', async () => {
    const run = freshRun();
    await print(run, Buffer.from(`[[1e308,{"tag":"${subjects.logs(run, 'stdout')}","log":"x"}]]`), {});
    await print(run, Buffer.from(`[[1e308,{"tag":"${subjects.logs(run, 'stdout')}","log":"x"}]]`), {
      'Knell-Codec': 'fluent-bit',
    });
    await expectAlive(run);
    await expectStillJudges();
  });

  attack('a line of 1 MB that begins like a failure', 'read past, and others are judged', async () => {
    const run = freshRun();
    await print(run, [
      claude.init(),
      `{"type":"result","is_error":true,"result":"${'OAuth token has expired '.repeat(40_000)}`,
    ]);
    await expectAlive(run);
    await expectStillJudges();
  });
});

describe('envelopes under a Knell header', () => {
  attack(
    'a Fluent Bit, docker, CRI, OTLP or Vector envelope inside a message of lines',
    'lines, never opened',
    async () => {
      const run = freshRun();
      const tag = subjects.logs(run, 'stdout');
      const fluent = JSON.stringify(DOOM.map((log) => [1_795_363_700, { tag, log }]));
      const docker = DOOM.map((log) =>
        JSON.stringify({ log: `${log}\n`, stream: 'stdout', time: '2026-11-22T12:00:00Z' }),
      );
      const cri = DOOM.map((log) => `2026-11-22T12:00:00.000000000Z stdout F ${log}`);
      for (const lines of [[fluent], docker, cri]) await print(run, lines);
      await expectAlive(run);
    },
  );

  attack(
    'a codec that there is not, two codecs, a codec in capitals with spaces',
    'rejected, or read as it says',
    async () => {
      const run = freshRun();
      for (const codec of ['morse', 'lines, ndjson', '../lines', '__proto__', 'constructor']) {
        await print(run, DOOM, { 'Knell-Codec': codec });
      }
      await expectAlive(run);
    },
  );

  attack("a row that says it is of the runtime's own stream", 'of the own run only', async () => {
    const run = freshRun();
    const rows = [claude.init(), claude.says(DYING)].map((line) => JSON.stringify({ line, stream: 'stdout' }));
    await print(run, [...rows, JSON.stringify({ line: DYING, stream: '__proto__' })], {
      'Knell-Codec': 'ndjson',
      'Knell-Runtime': 'claude-code',
    });
    await expectAlive(run);
  });

  attack(
    "headers of JetStream's own: rollup, expected sequence, another stream",
    'no message of another is touched',
    async () => {
      const [run, victim] = [freshRun(), freshRun('other')];
      await print(victim, [claude.init()]);
      const builder = await as('builder');
      for (const head of [
        { 'Nats-Rollup': 'all' },
        { 'Nats-Rollup': 'sub' },
        { 'Nats-Expected-Stream': 'KNELL_ABORTS' },
        { 'Nats-Expected-Last-Sequence': '0' },
        { 'Nats-Stream': 'KNELL_LOGS', 'Nats-Subject': subjects.logs(victim, 'stdout') },
      ]) {
        await builder
          .request(subjects.logs(run, 'stdout'), 'x', { headers: headersOf(head), timeout: 1_000 })
          .catch(() => undefined);
      }
      await tell(victim, { type: 'started' });
      await print(victim, DOOM);
      await allIsRead();
      expect(await commandsFor(victim)).toHaveLength(1);
    },
  );
});
