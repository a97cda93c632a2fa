import { headers, type NatsConnection } from 'nats';
import { DEFAULT_POLICY, type Policy } from '../../src/classify/policy.ts';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import { FailureRecord } from '../../src/contracts/failure-record.ts';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { createLogger } from '../../src/logging/logger.ts';
import type { Login } from '../../src/login/login.ts';
import { readLogin } from '../../src/login/read-login.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';
import { type Service, startService } from '../../src/service/service.ts';
import type { ServiceOptions } from '../../src/service/service-options.ts';

export const subjects = createSubjects();

/** The service in this process, on a server of the test's own. */
export function startTestService(
  natsUrl: string,
  rules: RuleSet,
  policy: Policy = DEFAULT_POLICY,
  more: Partial<ServiceOptions> = {},
): Promise<Service> {
  return startService({
    nats: more.nats ?? (readLogin(natsUrl, {}) as Login),
    prefix: 'knell',
    rules,
    policy: () => policy,
    log: createLogger('silent'),
    http: { host: '127.0.0.1', port: 0 },
    ...more,
  });
}

/** Publishes lines as an agent would, and settles when the stream has them. */
export async function say(
  connection: NatsConnection,
  run: Run,
  stream: StreamName,
  lines: readonly string[] | Uint8Array,
  with_: Readonly<Record<string, string>> = {},
): Promise<number> {
  const head = headers();
  for (const [name, value] of Object.entries(with_)) head.set(name, value);
  const data = lines instanceof Uint8Array ? lines : lines.map((line) => `${line}\n`).join('');
  return (await connection.jetstream({ timeout: 120_000 }).publish(subjects.logs(run, stream), data, { headers: head }))
    .seq;
}

/** Tells, as a host that sees the run's process tree would after so many milliseconds, that it has been idle all the time. */
export async function beIdle(connection: NatsConnection, run: Run, forMs: number): Promise<void> {
  const tree = { processes: 1, cpu_ms: 0, tools: 0, idle_ms: forMs };
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const event = { schema: 'knell.run/v1', type: 'heartbeat', ...run, at: formatTime(Date.now()), tree };
  await connection.jetstream({ timeout: 120_000 }).publish(subjects.runs(run), JSON.stringify(event));
}

/** The next message on a subject, parsed; starts listening at once. */
function next<T>(connection: NatsConnection, subject: string, parse: (json: unknown) => T): Promise<T> {
  const subscription = connection.subscribe(subject, { max: 1 });
  return (async () => {
    for await (const message of subscription) return parse(message.json());
    throw new Error(`nothing came on ${subject}`);
  })();
}

export const nextAbort = (connection: NatsConnection, run: Run) =>
  next(connection, subjects.aborts(run), (json) => AbortCommand.parse(json));

export const nextRecord = (connection: NatsConnection, run: Run) =>
  next(connection, `knell.failures.*.*.${run.agent}.${run.execution}.${run.attempt}`, (json) =>
    FailureRecord.parse(json),
  );

/** Settles when the workers have acknowledged everything that was published so far. */
export async function untilAllIsRead(connection: NatsConnection): Promise<void> {
  const manager = await connection.jetstreamManager();
  for (;;) {
    const info = await manager.consumers.info('KNELL_LOGS', 'knell_workers');
    const runs = await manager.consumers.info('KNELL_RUNS', 'knell_run_workers');
    if (info.num_pending + info.num_ack_pending + runs.num_pending + runs.num_ack_pending === 0) return;
    // Asked without a pause, the server would have less time for the workers.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
