import { consumerOpts, type NatsConnection } from 'nats';
import { nextDueMs } from '../../src/classify/watch-times.ts';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import { FailureRecord } from '../../src/contracts/failure-record.ts';
import { runKey } from '../../src/contracts/run.ts';
import { RunState } from '../../src/contracts/run-state.ts';

/** All that the streams hold in the end, by run. */
export interface Tally {
  /** Run key → ids of the commands in the stream. */
  readonly commands: ReadonlyMap<string, string[]>;
  /** Run key → ids of its records. */
  readonly records: ReadonlyMap<string, Set<string>>;
  readonly unacknowledged: number;
}

const DURABLES = [
  ['KNELL_LOGS', 'knell_workers'],
  ['KNELL_RUNS', 'knell_run_workers'],
] as const;

/** A busy machine answers late. */
const API = { timeout: 60_000 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function readAll(connection: NatsConnection, stream: string, subject: string): Promise<unknown[]> {
  const manager = await connection.jetstreamManager(API);
  const total = (await manager.streams.info(stream)).state.messages;
  if (total === 0) return [];
  const options = consumerOpts();
  options.orderedConsumer();
  options.deliverAll();
  const subscription = await connection.jetstream(API).subscribe(subject, options);
  const all: unknown[] = [];
  for await (const message of subscription) {
    all.push(message.json());
    if (all.length >= total) break;
  }
  return all;
}

async function unacknowledgedOf(connection: NatsConnection): Promise<number> {
  const manager = await connection.jetstreamManager(API);
  const infos = await Promise.all(DURABLES.map(([stream, durable]) => manager.consumers.info(stream, durable)));
  return infos.reduce((sum, info) => sum + info.num_pending + info.num_ack_pending, 0);
}

/** Whether some run still waits for something that knell has to do. */
async function somethingIsDue(connection: NatsConnection): Promise<boolean> {
  for (const value of await readAll(connection, 'KV_knell_runs', '$KV.knell_runs.>')) {
    const state = RunState.safeParse(value);
    if (!state.success) continue;
    const { suspicions, verdict, stall } = state.data;
    if (
      suspicions.length > 0 ||
      (stall && !verdict && nextDueMs(state.data) !== undefined && !state.data.stall?.warned_since_ms)
    )
      return true;
    if (stall && !verdict && stall.due_ms < Date.now() + 60_000) return true;
  }
  return false;
}

/** Settles when the workers have read everything, and nothing is left to become due. */
export async function untilIdle(connection: NatsConnection): Promise<void> {
  for (;;) {
    try {
      if ((await unacknowledgedOf(connection)) === 0 && !(await somethingIsDue(connection))) return;
    } catch {
      // The server may just be coming back.
    }
    await pause(200);
  }
}

export async function readTally(connection: NatsConnection): Promise<Tally> {
  const commands = new Map<string, string[]>();
  for (const json of await readAll(connection, 'KNELL_ABORTS', 'knell.aborts.>')) {
    const command = AbortCommand.parse(json);
    commands.set(runKey(command), [...(commands.get(runKey(command)) ?? []), command.command_id]);
  }
  const records = new Map<string, Set<string>>();
  for (const json of await readAll(connection, 'KNELL_FAILURES', 'knell.failures.>')) {
    const record = FailureRecord.parse(json);
    records.set(runKey(record), (records.get(runKey(record)) ?? new Set()).add(record.record_id));
  }
  return { commands, records, unacknowledged: await unacknowledgedOf(connection) };
}
