import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Notice } from '../../src/contracts/notice.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { freePort } from '../../src/nats/free-port.ts';
import type { Service } from '../../src/service/service.ts';
import { type NatsProxy, type ProxyHooks, startNatsProxy } from '../support/nats-proxy.ts';
import { rulesFrom } from '../support/rules.ts';
import { say, startTestService, subjects } from '../support/service.ts';

const rules = rulesFrom('rules: []');
let hooks: ProxyHooks;
let server: EmbeddedServer;
let connection: NatsConnection;
let proxy: NatsProxy;
let service: Service | undefined;

beforeEach(async () => {
  hooks = {};
  server = await startEmbeddedServer();
  connection = await connect({ servers: server.url });
  proxy = await startNatsProxy(server.port, {
    fromClient: (frame, way) => (hooks.fromClient ?? ((_, { onward }) => onward(frame)))(frame, way),
  });
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await connection.close();
  await proxy.stop();
  await server.stop();
});

const start = async () => {
  service = await startTestService(proxy.url, rules, undefined, { lookEveryMs: 50 });
};
const readyz = async () => {
  const answer = await fetch(`${service?.httpUrl}/readyz`);
  return `${answer.status} ${(await answer.text()).trim()}`;
};
const metrics = async () => (await fetch(`${service?.httpUrl}/metrics`)).text();

test('it is false with the reason while JetStream does not answer, and true again afterwards', async () => {
  await start();
  expect(await readyz()).toBe('200 ready');
  hooks = {
    fromClient(frame, way) {
      if (!frame.words[0]?.startsWith('$JS.API.')) way.onward(frame);
    },
  };
  await expect.poll(readyz).toMatch(/^503 JetStream does not answer/);
  const preflight = async () =>
    (await connection.request('knell.preflight.check', JSON.stringify({ subscription: 's' }))).string();
  expect(await preflight()).toContain("knell can't read now what runs say");
  hooks = {};
  await expect.poll(readyz).toBe('200 ready');
  expect(await preflight()).not.toContain("knell can't read");
});

test('it says why the start begins again while JetStream does not answer, and the port stays open', async () => {
  const http = { host: '127.0.0.1', port: await freePort(20_000) };
  let isAway = true;
  hooks = {
    fromClient(frame, way) {
      if (!isAway || !frame.words[0]?.startsWith('$JS.API.')) way.onward(frame);
    },
  };
  const starting = startTestService(proxy.url, rules, undefined, { http, lookEveryMs: 50 });
  const answers: string[] = [];
  const ask = async () => {
    const answer = await fetch(`http://127.0.0.1:${http.port}/readyz`).catch((error) => ({
      status: 0,
      text: async () => String(error),
    }));
    answers.push(`${answer.status} ${(await answer.text()).trim()}`);
    return answers.at(-1);
  };
  await expect.poll(ask, { interval: 5 }).toBe('503 starting');
  const first = answers.length;
  await expect
    .poll(ask, { interval: 5 })
    .toContain(
      `503 starting again: the NATS server went away, or did not answer in time (TIMEOUT at ${proxy.url.slice('nats://'.length)})`,
    );
  isAway = false;
  await expect.poll(ask, { interval: 5 }).toBe('200 ready');
  service = await starting;
  expect(answers.slice(first).filter((answer) => answer.startsWith('0'))).toEqual([]);
});

test('it is false where the log stream was deleted behind the back of the service', async () => {
  await start();
  await expect.poll(readyz).toBe('200 ready');
  await (await connection.jetstreamManager()).streams.delete('KNELL_LOGS');
  await expect.poll(readyz).toMatch(/^503 the consumer knell_workers of KNELL_LOGS is gone/);
});

test('it is false after the log stream dropped what was not read; a notice and a metric say so', async () => {
  const run = { agent: 'a', execution: 'e', attempt: 1 };
  await ensureStreams(connection, subjects);
  await start();
  await say(connection, run, 'stdout', ['read']);
  await expect.poll(metrics).toContain('knell_log_messages_total 1');
  await service?.stop();
  const manager = await connection.jetstreamManager();
  await manager.streams.update('KNELL_LOGS', { max_msgs: 5 });
  for (let sent = 0; sent < 25; sent += 1) await say(connection, run, 'stdout', ['unread']);
  const notices = connection.subscribe(subjects.notices('gap', '>'), { max: 1 });
  await start();
  expect(await readyz()).toMatch(/^503 the stream KNELL_LOGS dropped 20 messages before they were read/);
  expect(await metrics()).toContain('knell_stream_gap_messages_total{stream="KNELL_LOGS"} 20');
  for await (const message of notices) {
    expect(Notice.parse(message.json())).toMatchObject({ kind: 'gap', stream: 'KNELL_LOGS', missed: 20 });
  }
});

test('messages of the log stream that somebody deletes are told in a notice, once within the hour, and it stays true', async () => {
  const run = { agent: 'a', execution: 'e', attempt: 1 };
  await start();
  const { streams } = await connection.jetstreamManager();
  const seqs: number[] = [];
  for (let sent = 0; sent < 5; sent += 1) seqs.push(await say(connection, run, 'stdout', ['read']));
  await expect.poll(metrics).toContain('knell_log_messages_total 5');
  const untilLooked = async () => {
    const looks = connection.subscribe('$JS.API.STREAM.INFO.KNELL_LOGS');
    let seen = 0;
    for await (const _ of looks) if (++seen === 4) break;
  };
  await untilLooked();
  const told = async () =>
    Object.values(
      (await streams.info('KNELL_NOTICES', { subjects_filter: subjects.notices('gap', '>') })).state.subjects ?? {},
    );
  await streams.deleteMessage('KNELL_LOGS', seqs[1] as number);
  await expect.poll(told).toEqual([1]);
  const notice = await streams.getMessage('KNELL_NOTICES', { last_by_subj: subjects.notices('gap', 'KNELL_LOGS') });
  expect(Notice.parse(notice.json())).toMatchObject({ kind: 'gap', stream: 'KNELL_LOGS', missed: 1 });
  await streams.deleteMessage('KNELL_LOGS', seqs[2] as number);
  await untilLooked();
  expect([await told(), await readyz()]).toEqual([[1], '200 ready']);
});

test('the metrics tell of the reading and of the process, and labelled counters are there from the start', async () => {
  await start();
  const text = await metrics();
  for (const line of [
    'knell_aborts_total{category="auth.token_expired"} 0',
    'knell_notices_total{kind="stall"} 0',
    'knell_consumer_unread_messages{consumer="knell_workers",stream="KNELL_LOGS"} 0',
    'knell_requests_lost_total{consumer="knell_workers"} 0',
    'knell_stream_gap_messages_total{stream="KNELL_LOGS"} 0',
  ]) {
    await expect.poll(metrics).toContain(line);
  }
  expect(text).toMatch(/^knell_build_info\{version="[^"]+",node="v\d+[^"]*"\} 1$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
});
