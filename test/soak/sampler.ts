import { readdir } from 'node:fs/promises';
import type { JetStreamManager } from 'nats';
import { CONSUMERS, STREAMS } from '../../src/contracts/subjects.ts';
import { memoryMiB } from '../bench/service/process-usage.ts';
import { metric } from './metric.ts';
import { createSeries, type Series } from './series.ts';
import type { Worker } from './workers.ts';

/** How long a worker may take to tell its metrics, in milliseconds, before the reading is left out and counted. */
const METRICS_WITHIN_MS = 5_000;

/** Reads the fleet now and then, and keeps what it read as series. */
export function createSampler(manager: JetStreamManager, serverPid: number, workers: readonly Worker[]) {
  const memory = createSeries('resident memory', 'MiB');
  const handles = createSeries('open handles', 'count');
  const heap = createSeries('heap in use', 'MiB');
  const delay = createSeries('event-loop delay, 99th percentile', 'ms', { isLog: true });
  const unread = createSeries('messages not delivered yet', 'count');
  const oldest = createSeries('oldest unread message', 's');
  const command = createSeries('evidence to command', 'ms', { isLog: true });
  let latencies: number[] = [];
  let unanswered = 0;

  async function readProcess(who: string, life: number, pid: number, s: number): Promise<void> {
    memory.add(who, life, s, (await memoryMiB(pid)).now);
    handles.add(who, life, s, (await readdir(`/proc/${pid}/fd`)).length);
  }

  async function readWorker(worker: Worker, s: number): Promise<void> {
    const life = worker.life();
    if (!life) return;
    const { number, pid, httpPort } = life;
    try {
      await readProcess(worker.name, number, pid, s);
      const signal = AbortSignal.timeout(METRICS_WITHIN_MS);
      const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`, { signal })).text();
      heap.add(worker.name, number, s, metric(text, 'nodejs_heap_size_used_bytes') / 2 ** 20);
      delay.add(worker.name, number, s, metric(text, 'nodejs_eventloop_lag_p99_seconds') * 1_000);
      oldest.add(
        worker.name,
        number,
        s,
        metric(text, 'knell_consumer_oldest_unread_seconds', { consumer: CONSUMERS.logs }),
      );
    } catch (error) {
      // Ended while it was read, which is one of the faults; anything else is told of.
      if (worker.life()?.pid !== pid) return;
      unanswered += 1;
      process.stderr.write(`soak: ${worker.name} could not be read: ${error}\n`);
    }
  }

  return {
    /** Takes in how long a command took. */
    commandTook(ms: number): void {
      latencies.push(ms);
    },
    /** @param s seconds since the soak began */
    async read(s: number): Promise<void> {
      const sorted = latencies.sort((one, other) => one - other);
      latencies = [];
      command.add('median', 1, s, sorted[Math.floor(sorted.length / 2)] ?? Number.NaN);
      command.add('slowest', 1, s, sorted.at(-1) ?? Number.NaN);
      const [logs, runs] = await Promise.all([
        manager.consumers.info(STREAMS.logs, CONSUMERS.logs),
        manager.consumers.info(STREAMS.runs, CONSUMERS.runs),
        readProcess('nats-server', 1, serverPid, s),
        ...workers.map((worker) => readWorker(worker, s)),
      ]);
      unread.add('logs', 1, s, logs.num_pending);
      unread.add('run events', 1, s, runs.num_pending);
    },
    /** How often a living worker did not answer in time. */
    unanswered: () => unanswered,
    series: (): Series[] => [memory, handles, heap, delay, unread, oldest, command].map((one) => one.read()),
  };
}
