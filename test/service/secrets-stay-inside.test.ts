import { beforeAll, expect, test } from 'vitest';
import { explainLog } from '../../src/authoring/explain/explain-log.ts';
import { runsCommand } from '../../src/cli/runs.ts';
import { whyCommand } from '../../src/cli/why.ts';
import type { Run } from '../../src/contracts/run.ts';
import { createLogger } from '../../src/logging/logger.ts';
import { classifyLog } from '../../src/memory/classify-log.ts';
import { abortNotice } from '../../src/tap/tap-notices.ts';
import { claude } from '../support/claude-lines.ts';
import { runCommand } from '../support/command.ts';
import { startForwardPeer } from '../support/forward-peer.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { type FakeSecret, fakeSecrets, leaksIn } from '../support/secrets.ts';
import { say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

/*
 * Each kind of secret goes the whole way, in a line that ends a run and in one that no rule knows, and is then looked for
 * in every place that people and other programs read.
 */

const rules = rulesFrom(`
rules:
  - id: token-expired
    scope: subscription
    next: switch_subscription
    match:
      - { event: result, text: 'token has expired' }
      - { line: 'Login expired · Please run /login.*', quiet: 10m }
`);
const SECRETS = fakeSecrets(4);
const nats = useNatsServer();

const PLACES = [
  'abort',
  'record',
  'notice',
  'log',
  'runs',
  'why',
  'scan',
  'explain',
  'tap',
  'fluentd',
  'http',
] as const;
/** Everything that was to be seen, by place. */
const seen = Object.fromEntries(PLACES.map((place) => [place, ''])) as Record<(typeof PLACES)[number], string>;
/** The parts of secrets among it, by place. */
const leaked = new Map<(typeof PLACES)[number], ReadonlyMap<FakeSecret, string>>();

const ended = (index: number): Run => ({ agent: 'k', execution: `ended${index}`, attempt: 1 });
const unmatched = (index: number): Run => ({ agent: 'k', execution: `unmatched${index}`, attempt: 1 });
const suspected = (index: number): Run => ({ agent: 'k', execution: `suspected${index}`, attempt: 1 });
const doom = ({ line }: FakeSecret): string => claude.fails(`${line} · OAuth token has expired`, 401);
const strange = ({ line }: FakeSecret): string => claude.fails(`the frobnicator broke: ${line}`, 418);

beforeAll(async () => {
  const peer = await startForwardPeer();
  const log = createLogger('trace', {
    write(line) {
      seen.log += line;
    },
  });
  const fluentd = { host: '127.0.0.1', port: peer.port, tagPrefix: 'knell' };
  const service = await startTestService(nats.server.url, rules, undefined, {
    log,
    fluentd,
  });
  for (const [index, secret] of SECRETS.entries()) {
    await Promise.all([
      say(nats.connection, ended(index), 'stdout', [claude.init(), doom(secret)]),
      say(nats.connection, unmatched(index), 'stdout', [claude.init(), strange(secret)]),
      say(nats.connection, suspected(index), 'stderr', [`Login expired · Please run /login ${secret.line}`]),
      // It is no run event, so it is told of in the log.
      nats.connection.jetstream().publish(subjects.runs(ended(index)), secret.line),
    ]);
    log.error({ err: new Error(secret.line), detail: { text: secret.line } }, secret.line);
  }
  await untilAllIsRead(nats.connection);
  for (const [place, stream] of [
    ['abort', 'KNELL_ABORTS'],
    ['record', 'KNELL_FAILURES'],
    ['notice', 'KNELL_NOTICES'],
  ] as const) {
    seen[place] = await everythingIn(stream);
  }
  while (peer.events.length < seen.record.split('\n').length + seen.notice.split('\n').length) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  seen.fluentd = JSON.stringify(peer.events);
  seen.http = await (await fetch(`${service.httpUrl}/metrics`)).text();
  const env = { NATS_URL: nats.server.url };
  // Each secret is shown and explained of one of its runs; in turn of each kind of run, as text and as JSON.
  const kinds = [ended, unmatched, suspected] as const;
  const forms = [[], ['--json']] as const;
  for (const index of SECRETS.keys()) {
    const { agent, execution, attempt } = (kinds[index % kinds.length] as typeof ended)(index);
    const name = `${agent}.${execution}.${attempt}`;
    const shown = await runCommand(runsCommand(), ['runs', 'show', name, ...(forms[index % 2] ?? [])], env);
    seen.runs += shown.out + shown.err;
    const why = await runCommand(whyCommand(), ['why', name, ...(forms[(index + 1) % 2] ?? [])], env);
    seen.why += why.out + why.err;
  }
  for (const secret of SECRETS) {
    const lines = [claude.init(), doom(secret)];
    const chunk = { stream: 'stdout', data: Buffer.from(lines.join('\n')) } as const;
    const verdict = await classifyLog([chunk], { rules, atMs: 0 });
    const { aborts, records, notices } = verdict;
    seen.scan += JSON.stringify([aborts, records, notices]);
    const { lines: explained, ending } = await explainLog(lines, { rules, stream: 'stdout', atMs: 0, all: true });
    seen.explain += JSON.stringify([explained, ending]);
    seen.tap += `${abortNotice({ ...(aborts[0] as (typeof aborts)[0]), message: secret.line })}\n`;
  }
  await service.stop();
  await peer.stop();
  for (const place of PLACES) leaked.set(place, leaksIn(seen[place], SECRETS));
});

async function everythingIn(stream: string): Promise<string> {
  const manager = await nats.connection.jetstreamManager();
  const { state } = await manager.streams.info(stream);
  const texts: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(stream, { seq });
    texts.push(`${message.subject} ${Buffer.from(message.data).toString('utf8')}`);
  }
  return texts.join('\n');
}

test('every kind came through every place', () => {
  expect(SECRETS.length).toBeGreaterThan(120);
  expect(seen.abort.split('\n')).toHaveLength(SECRETS.length);
  expect(seen.record.split('\n').length).toBeGreaterThanOrEqual(2 * SECRETS.length);
  for (const place of PLACES) {
    const least = place === 'http' ? 1_000 : place === 'notice' ? 200 : 10_000;
    expect(seen[place].length, place).toBeGreaterThan(least);
    if (place !== 'http') expect(seen[place], place).toContain('[redacted]');
  }
});

test.each(SECRETS.map((secret) => [secret.kind, secret] as const))('%s is seen nowhere', (_kind, secret) => {
  const leaks = PLACES.flatMap((place) => {
    const part = leaked.get(place)?.get(secret);
    return part === undefined ? [] : [`${place}: ${around(seen[place], part)}`];
  });
  expect(leaks).toEqual([]);
});

function around(text: string, part: string): string {
  const at = text.indexOf(part);
  return text.slice(Math.max(0, at - 60), at + 60);
}
