import { type AbortBudget, DEFAULT_BUDGET } from '../../src/classify/abort-budget.ts';
import { DEFAULT_POLICY, withFleetMode } from '../../src/classify/policy.ts';
import type { AckOutcome } from '../../src/contracts/ack.ts';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import type { RunEvent } from '../../src/contracts/run-event.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { formatTime } from '../../src/contracts/time.ts';
import {
  createMemoryAbortFeed,
  createMemoryFleetModeStore,
  createMemoryUnmatchedCounter,
} from '../../src/memory/memory-fleet.ts';
import { createMemoryLog } from '../../src/memory/memory-log.ts';
import { createMemoryPublisher } from '../../src/memory/memory-publisher.ts';
import { createMemoryRunStore } from '../../src/memory/memory-run-store.ts';
import { startDueWorker } from '../../src/pipeline/due/due-worker.ts';
import { countMistake, type Mistake } from '../../src/pipeline/fleet/count-mistake.ts';
import { startFleetGuard } from '../../src/pipeline/fleet/fleet-guard.ts';
import type { Successes } from '../../src/pipeline/fleet/look-at-overrun.ts';
import { earlyOf } from '../../src/pipeline/output/message-facts.ts';
import { createWorker } from '../../src/pipeline/output/worker.ts';
import { silentTelemetry } from '../../src/pipeline/ports/telemetry.ts';
import { createRunListener } from '../../src/pipeline/run-listener.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';
import { createManualClock } from './manual-clock.ts';
import { T0 } from './messages.ts';

/** The whole pipeline in process, with time in the test's hands. */
export async function startMemoryFleet(
  rules: RuleSet,
  budget: AbortBudget = DEFAULT_BUDGET,
  successes: Successes = { lastMs: async () => undefined },
) {
  const clock = createManualClock(T0);
  const subjects = createSubjects();
  const store = createMemoryRunStore();
  const history = createMemoryLog();
  const offered: string[] = [];
  const feed = createMemoryAbortFeed();
  const modes = createMemoryFleetModeStore();
  const publisher = createMemoryPublisher((command) => {
    if (!offered.includes(command.command_id)) feed.add(command, clock.now());
    offered.push(command.command_id);
  });
  const failures: unknown[] = [];
  const guard = await startFleetGuard({
    feed,
    modes,
    publisher,
    store,
    successes,
    clock,
    budget,
    onError: (error) => failures.push(error),
  });
  const options = {
    rules: () => rules,
    policy: () => withFleetMode(DEFAULT_POLICY, guard.mode()),
    admit: guard.admit,
    mistaken: (mistake: Mistake) => countMistake({ modes, publisher, clock }, mistake),
    store,
    history,
    publisher,
    drifts: createMemoryUnmatchedCounter(),
    clock,
    telemetry: { ...silentTelemetry, messageRetried: ({ error }: { error: unknown }) => void failures.push(error) },
  };
  const worker = createWorker(options);
  const listener = createRunListener(options);
  let dueWorker = await startDueWorker(options);
  const settlement = { ack: async () => undefined, retry: () => undefined, reject: () => undefined };
  let seq = 0;

  const event = (run: Run, more: object) =>
    listener.handleRun({
      run,
      subject: subjects.runs(run),
      data: Buffer.from(
        JSON.stringify({ schema: 'knell.run/v1', at: formatTime(clock.now()), ...run, ...more } as RunEvent),
      ),
      storedMs: clock.now(),
      ...settlement,
    });
  function print(
    run: Run,
    lines: readonly string[],
    stream: StreamName = 'stdout',
    runtime = 'claude-code',
    more: Readonly<Record<string, string>> = {},
  ): () => Promise<void> {
    seq += 1;
    const data = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const message = { run, stream, subject: subjects.logs(run, stream), data, seq, storedMs: clock.now() };
    const headers: Readonly<Record<string, string>> = { 'Knell-Runtime': runtime, 'Knell-Alone': 'true', ...more };
    const codec = headers['Knell-Codec'];
    const header = (name: string) => headers[name];
    history.append({ ...message, labelled: true, early: earlyOf({ header }), ...(codec !== undefined && { codec }) });
    return async () => worker.handleLogs([{ ...message, header, labelled: true, ...settlement }]);
  }

  return {
    clock,
    publisher,
    /** Command ids, each time one was shown to a subscriber. */
    offered,
    /** The fleet's abort commands, also those of others. */
    feed,
    failures,
    modes,
    stateOf: async (run: Run) => (await store.get(run))?.state,
    async say(...[run, lines, stream, runtime, more]: Parameters<typeof print>) {
      await print(run, lines, stream, runtime, more)();
    },
    /** Stores a message; what is returned has the worker read it. */
    print,
    start: (run: Run, more: object = {}) => event(run, { type: 'started', runtime: 'claude-code', ...more }),
    /** A host that sees the run's process tree tells of it, now and every four seconds; returns how to change it. */
    watchTree(run: Run, now: { tools: number; idle_ms?: number } = { tools: 0 }) {
      let { tools } = now;
      let newest: string | undefined;
      let idleSinceMs = clock.now() - (now.idle_ms ?? 0);
      let cancel: () => void = () => undefined;
      const tell = () => {
        if (tools > 0) idleSinceMs = clock.now();
        const idle_ms = clock.now() - idleSinceMs;
        const tree = { processes: 1 + tools, cpu_ms: 0, tools, idle_ms, ...(newest && { newest_started_at: newest }) };
        history.tellTree(run, { tree, storedMs: clock.now() });
        cancel = clock.after(4_000, tell);
      };
      tell();
      return {
        tools(count: number) {
          cancel();
          if (tools > 0) idleSinceMs = clock.now();
          tools = count;
          tell();
        },
        /** A process that is no tool is started now, by the clock of the host, which is this far ahead. */
        startAnother(aheadMs = 0) {
          cancel();
          newest = formatTime(clock.now() + aheadMs);
          tell();
        },
        stop: () => cancel(),
      };
    },
    /** A heartbeat of the run's host, with what else it says. */
    beat: (run: Run, more: object) => event(run, { type: 'heartbeat', ...more }),
    exit: (run: Run, code: number | null = 0, signal: string | null = null) =>
      event(run, { type: 'exited', code, signal }),
    ack: (run: Run, command_id: string, outcome: AckOutcome = 'terminated') =>
      listener.handleAck({
        run,
        subject: subjects.acks(run),
        data: Buffer.from(
          JSON.stringify({
            schema: 'knell.ack/v1',
            command_id,
            ...run,
            outcome,
            by: 'test',
            at: formatTime(clock.now()),
          }),
        ),
        storedMs: clock.now(),
        ...settlement,
      }),
    /** Ends the process that waits for due times, and starts another one over the same memory. */
    async restartDueWorker() {
      await dueWorker.stop();
      dueWorker = await startDueWorker(options);
    },
    async stop() {
      await dueWorker.stop();
      await guard.stop();
    },
  };
}
