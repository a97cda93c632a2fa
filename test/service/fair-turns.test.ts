import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { type NatsProxy, startNatsProxy } from '../support/nats-proxy.ts';
import { say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';
import { shippedRules } from '../support/shipped-rules.ts';

/** Fewer than a budget has room for, and than a worker asks for at first; all of them wait when it comes. */
const DEAD = 240;
const nats = useNatsServer();
/** What is decided on side by side when a run comes, and what is while it is decided on; commands on their way count with them. */
const BEFORE = 100;
let service: Service | undefined;
let proxy: NatsProxy | undefined;
beforeAll(() => ensureStreams(nats.connection, subjects));
afterEach(async () => {
  await service?.stop();
  await proxy?.stop();
});

async function fail(run: Run, subscription: string): Promise<void> {
  const labels = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured', 'Knell-Subscription': subscription };
  await say(nats.connection, run, 'stdout', [claude.init(), claude.fails('OAuth token has expired', 401)], labels);
}

test('a run of another subscription gets its command amid a burst that stands before it in the stream', async () => {
  for (let index = 0; index < DEAD; index += 1)
    await fail({ agent: `a${index % 7}`, execution: `e${index}`, attempt: 1 }, 'dead');
  const control: Run = { agent: 'control', execution: 'c', attempt: 1 };
  await fail(control, 'alive');
  /** How many commands the service has given, by now and when the control run's lines came to it. */
  let given = 0;
  let before: number | undefined;
  proxy = await startNatsProxy(Number(new URL(nats.server.url).port), {
    fromClient(frame, way) {
      if (frame.words[0]?.startsWith('knell.aborts.')) given += 1;
      way.onward(frame);
    },
    fromServer(frame, way) {
      if (frame.words.includes(subjects.logs(control, 'stdout'))) before ??= given;
      way.onward(frame);
    },
  });
  service = await startTestService(proxy.url, (await shippedRules()).ruleSet);
  await untilAllIsRead(nats.connection);
  const manager = await nats.connection.jetstreamManager();
  const { state } = await manager.streams.info('KNELL_ABORTS');
  const command = await manager.streams.getMessage('KNELL_ABORTS', { last_by_subj: subjects.aborts(control) });
  // One each.
  expect(state.messages).toBe(DEAD + 1);
  expect(command.seq - (before as number)).toBeLessThan(BEFORE);
});
