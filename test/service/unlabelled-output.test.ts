import { afterEach, describe, expect, test } from 'vitest';
import type { UnlabelledCodec } from '../../src/contracts/log-headers.ts';
import type { Run } from '../../src/contracts/run.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { nextAbort, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';
import { WAYS_OF_STORING } from '../support/stored-logs.ts';

const rules = rulesFrom("rules: [{ id: token-expired, match: [{ event: result, text: 'token has expired' }] }]");
const nats = useNatsServer();
const doom = [claude.init(), claude.fails('OAuth token has expired', 401)];
let service: Service | undefined;
let lastRun = 0;
const freshRun = (): Run => {
  lastRun += 1;
  return { agent: 'a1', execution: `u${lastRun}`, attempt: 1 };
};
const start = async (unlabelled?: UnlabelledCodec): Promise<void> => {
  service = await startTestService(nats.server.url, rules, undefined, unlabelled === undefined ? {} : { unlabelled });
};
const stored = (way: string): Buffer => {
  const found = WAYS_OF_STORING.find((one) => one.way === way);
  if (!found) throw new Error(`there is no way ${way}`);
  return found.store(doom);
};
const abortsIn = async (run: Run): Promise<number> => {
  const manager = await nats.connection.jetstreamManager();
  const info = await manager.streams.info('KNELL_ABORTS', { subjects_filter: subjects.aborts(run) });
  return info.state.subjects?.[subjects.aborts(run)] ?? 0;
};
const isEnded = async (payload: Buffer, headers: Record<string, string> = {}): Promise<boolean> => {
  const run = freshRun();
  await say(nats.connection, run, 'stdout', payload, headers);
  await untilAllIsRead(nats.connection);
  return (await abortsIn(run)) === 1;
};

afterEach(() => service?.stop());

describe('a message without headers', () => {
  test('is plain lines unless the service is told otherwise', async () => {
    await start();
    expect(await isEnded(Buffer.from(doom.join('\n')))).toBe(true);
    expect(await isEnded(stored("docker's json-file"))).toBe(false);
  });

  test('is read as the one codec that the service was told', async () => {
    await start('docker');
    expect(await isEnded(stored("docker's json-file"))).toBe(true);
    expect(await isEnded(stored('CRI'))).toBe(false);
  });

  test.each([
    "docker's json-file",
    'CRI with partial lines',
    "Vector's JSON",
    'OTLP JSON',
    'rows of line and stream',
    'a byte order mark',
  ])('is recognised with `auto` as %s', async (way) => {
    await start('auto');
    expect(await isEnded(stored(way))).toBe(true);
  });
});

describe('a message with a header of knell', () => {
  test('is read as its codec says', async () => {
    await start();
    for (const [codec, way] of [
      ['docker', "docker's json-file, long lines in pieces"],
      ['cri', 'CRI'],
      ['vector', "Vector's JSON"],
      ['otlp', 'OTLP JSON'],
    ] as const) {
      expect(await isEnded(stored(way), { 'Knell-Codec': codec })).toBe(true);
    }
  });

  test('is never guessed at, whatever its agent prints', async () => {
    await start('auto');
    const run = freshRun();
    const fluent = JSON.stringify([[1, { tag: subjects.logs(run, 'stdout'), log: doom.join('\n') }]]);
    await say(nats.connection, run, 'stdout', Buffer.from(fluent), { 'Knell-Runtime': 'claude-code' });
    await untilAllIsRead(nats.connection);
    expect(await abortsIn(run)).toBe(0);
    expect(await isEnded(stored("docker's json-file"), { 'knell-line': '0' })).toBe(false);
  });

  test('with a time that can be none is read, and comes once', async () => {
    await start();
    const run = freshRun();
    const abort = nextAbort(nats.connection, run);
    const records = doom.map((log) => [1e308, { tag: 'x', log }]);
    await say(nats.connection, run, 'stdout', Buffer.from(JSON.stringify(records)), { 'Knell-Codec': 'fluent-bit' });
    expect(await abort).toMatchObject(run);
    await untilAllIsRead(nats.connection);
  });
});
