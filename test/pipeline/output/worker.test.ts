import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/classify/policy.ts';
import { createMemoryUnmatchedCounter } from '../../../src/memory/memory-fleet.ts';
import { createMemoryLog } from '../../../src/memory/memory-log.ts';
import { createMemoryPublisher } from '../../../src/memory/memory-publisher.ts';
import { createMemoryRunStore } from '../../../src/memory/memory-run-store.ts';
import { uncounted } from '../../../src/pipeline/fleet/rule-costs.ts';
import { createWorker } from '../../../src/pipeline/output/worker.ts';
import type { LogMessage } from '../../../src/pipeline/ports/ports.ts';
import { silentTelemetry } from '../../../src/pipeline/ports/telemetry.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { RUN, T0 } from '../../support/messages.ts';
import { rulesFrom } from '../../support/rules.ts';

const rules = rulesFrom(`
rules:
  - id: expired
    scope: subscription
    next: switch_subscription
    match:
      - { line: '(poison: )?token has expired', stream: stderr, repeat: { count: 2, within: 1m } }
`);

/** A worker over memory for which a line that says "poison" can't be read, and the messages it is given. */
function open() {
  const store = createMemoryRunStore();
  const publisher = createMemoryPublisher();
  const all = uncounted(() => rules);
  let writes = 0;
  const worker = createWorker({
    rules: () => rules,
    policy: () => DEFAULT_POLICY,
    store: {
      ...store,
      put(state, revision) {
        writes += 1;
        return store.put(state, revision);
      },
    },
    history: createMemoryLog(),
    publisher,
    drifts: createMemoryUnmatchedCounter(),
    clock: createManualClock(T0),
    telemetry: silentTelemetry,
    costs: {
      rules: all.rules,
      read(agent, line, context, ruleSet) {
        if (line.raw.includes('poison')) throw new RangeError('Invalid time value');
        return all.read(agent, line, context, ruleSet);
      },
    },
  });
  const settled: string[] = [];
  const message = (text: string, seq: number): LogMessage => ({
    run: RUN,
    stream: 'stderr',
    subject: 'knell.logs.a1.e1.1.stderr',
    data: Buffer.from(text),
    header: (name) => ({ 'Knell-Runtime': 'claude-code', 'Knell-Line': String(seq) })[name],
    labelled: true,
    seq,
    storedMs: T0,
    ack: () => settled.push(`acknowledged ${seq}`),
    retry: (_, error) => settled.push(`again ${seq}: ${error}`),
    reject: () => settled.push(`rejected ${seq}`),
  });
  return { worker, message, settled, store, publisher, writes: () => writes };
}

test('messages that are taken together cost one write, and are acknowledged after it', async () => {
  const { worker, message, settled, publisher, writes } = open();
  await worker.handleLogs(Array.from({ length: 50 }, (_, seq) => message('token has expired', seq)));
  expect(writes()).toBe(1);
  expect(publisher.aborts).toHaveLength(1);
  expect(settled).toEqual(Array.from({ length: 50 }, (_, seq) => `acknowledged ${seq}`));
});

test('what is decided does not depend on what was taken together', async () => {
  const [together, alone] = [open(), open()];
  const lines = ['hello', 'token has expired', 'token has expired', 'more', 'token has expired'];
  await together.worker.handleLogs(lines.map(together.message));
  for (const [seq, line] of lines.entries()) await alone.worker.handleLogs([alone.message(line, seq)]);
  expect((await together.store.get(RUN))?.state).toEqual((await alone.store.get(RUN))?.state);
  expect(together.publisher.aborts).toEqual(alone.publisher.aborts);
});

test('one message that fails keeps none of those from being settled that came with it', async () => {
  const { worker, message, settled, publisher } = open();
  const lines = ['token has expired', 'poison: token has expired', 'token has expired'];
  await worker.handleLogs(lines.map(message));
  expect(settled).toEqual(['acknowledged 0', 'again 1: RangeError: Invalid time value', 'acknowledged 2']);
  expect(publisher.aborts).toHaveLength(1);
});
