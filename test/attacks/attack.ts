import { headers, type NatsConnection, type StoredMsg } from 'nats';
import { afterAll, expect, inject, it } from 'vitest';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { connectWith } from '../../src/login/connect.ts';
import { nextMessage } from '../../src/nats/stored-message.ts';
import { claude } from '../support/claude-lines.ts';
import { say, untilAllIsRead } from '../support/service.ts';
import type { Who } from './setup.ts';

export const subjects = createSubjects();
export const target = inject('target');

/** One row of the table: what is tried, and what is seen, which `tried` asserts. */
export function attack(what: string, seen: string, tried: () => Promise<unknown>): void {
  it(`${what} → ${seen}`, async () => void (await tried()));
}

const connections = new Map<Who, Promise<NatsConnection>>();
afterAll(async () => {
  for (const connection of connections.values()) await (await connection).close();
});

/** A connection with somebody's login. */
export function as(who: Who): Promise<NatsConnection> {
  const known = connections.get(who) ?? connectWith(target.logins[who], {});
  connections.set(who, known);
  return known;
}

let runs = 0;
/** A run that nobody has heard of. */
export function freshRun(agent = 'builder'): Run {
  runs += 1;
  return { agent, execution: `${process.pid}-${runs}-${Date.now().toString(36)}`, attempt: 1 };
}

/** What an agent on an expired token prints. */
export const DOOM = [claude.init(), claude.fails('OAuth token has expired', 401)];

/** Publishes output with the login of the run's agent, as Claude Code's structured output unless told otherwise. */
export async function print(
  run: Run,
  lines: readonly string[] | Uint8Array,
  head: Readonly<Record<string, string>> = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured' },
  stream: StreamName = 'stdout',
): Promise<void> {
  await say(await as(run.agent as Who), run, stream, lines, head);
}

/** Publishes a run event with the login of the run's agent. */
export async function tell(run: Run, event: object, who = run.agent as Who): Promise<void> {
  const whole = { schema: 'knell.run/v1', ...run, at: formatTime(Date.now()), ...event };
  await (await as(who)).jetstream().publish(subjects.runs(run), JSON.stringify(whole));
}

/** Settles when the service has read all that was published. */
export async function allIsRead(): Promise<void> {
  await untilAllIsRead(await as('knell'));
}

/** The messages of a stream on a subject, wildcards included, oldest first. */
export async function stored(stream: string, subject: string): Promise<StoredMsg[]> {
  const manager = await (await as('knell')).jetstreamManager();
  const found: StoredMsg[] = [];
  for (let seq = 1; ; ) {
    const message = await nextMessage(manager, stream, subject, seq);
    if (!message) return found;
    found.push(message);
    seq = message.seq + 1;
  }
}

/** The abort commands that are stored for a run. */
export async function commandsFor(run: Run): Promise<AbortCommand[]> {
  const messages = await stored('KNELL_ABORTS', subjects.aborts(run));
  return messages.map(({ data }) => AbortCommand.parse(JSON.parse(Buffer.from(data).toString('utf8'))));
}

/** The failure records of a run, newest last. */
export async function recordsOf(run: Run): Promise<Record<string, unknown>[]> {
  const { agent, execution, attempt } = run;
  const messages = await stored('KNELL_FAILURES', `knell.failures.*.*.${agent}.${execution}.${attempt}`);
  return messages.map(({ data }) => JSON.parse(Buffer.from(data).toString('utf8')));
}

/** That a run is alive after all that was published has been read. */
export async function expectAlive(run: Run): Promise<void> {
  await allIsRead();
  expect(await commandsFor(run)).toEqual([]);
}

/** That the service still does its work: another agent's doomed run is ended. */
export async function expectStillJudges(): Promise<void> {
  const run = freshRun('other');
  await print(run, DOOM);
  await allIsRead();
  expect(await commandsFor(run)).toHaveLength(1);
  expect((await fetch(`${target.http}/healthz`)).status).toBe(200);
}

/** The server's word on a publication or a subscription with somebody's login. */
export async function permissionOf(
  who: Who,
  what: 'publish' | 'subscribe',
  subject: string,
  payload = '{}',
): Promise<'allowed' | 'refused'> {
  const connection = await connectWith(target.logins[who], { reconnect: false });
  let refused = false;
  void (async () => {
    for await (const { data } of connection.status()) refused ||= data === 'PERMISSIONS_VIOLATION';
  })();
  if (what === 'publish') connection.publish(subject, payload);
  else connection.subscribe(subject, { callback: () => undefined });
  // The server's refusal comes before its answer to the flush.
  await connection.flush();
  await new Promise((resolve) => setImmediate(resolve));
  await connection.close();
  return refused ? 'refused' : 'allowed';
}

/** Message headers from plain fields. */
export function headersOf(fields: Readonly<Record<string, string>>) {
  const head = headers();
  for (const [name, value] of Object.entries(fields)) head.set(name, value);
  return head;
}
