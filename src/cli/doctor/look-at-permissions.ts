import type { NatsConnection } from 'nats';
import type { Subjects } from '../../contracts/subjects.ts';
import { explainForbidden } from '../../login/connect-error.ts';
import { type Check, ok, warning } from './check.ts';

/**
 * What this login may listen to. Only that can be tried without doing anything: what it may publish shows where a look
 * needs it, and for taps and workers in what they say.
 */
export async function lookAtPermissions(connection: NatsConnection, subjects: Subjects): Promise<readonly Check[]> {
  const wanted = (['aborts', 'failures', 'notices'] as const).map((family) => subjects.all(family));
  const refused = await refusedOf(connection, wanted);
  if (refused.length === 0) return [ok('permissions', `this login may listen to ${wanted.join(', ')}`)];
  const message = `this login may not listen to ${refused.join(', ')}, as "knell watch" does: "knell nats permissions" prints what each login needs`;
  return [warning('permissions', message)];
}

/** Those of the subjects that the server does not let this connection subscribe to. */
async function refusedOf(connection: NatsConnection, wanted: readonly string[]): Promise<string[]> {
  const refused = new Set<string>();
  const statuses = connection.status();
  const subscriptions = wanted.map((subject) =>
    connection.subscribe(subject, {
      callback: (error) => {
        if (explainForbidden(error)) refused.add(subject);
      },
    }),
  );
  // The server answers in order: what it refuses is told before it answers this.
  await connection.flush();
  for (const subscription of subscriptions) subscription.unsubscribe();
  // The client tells the same once more of the connection, later: the next look must not take that for its own.
  const untold = new Set(refused);
  if (untold.size > 0) {
    for await (const { permissionContext } of statuses) {
      untold.delete(permissionContext?.subject ?? '');
      if (untold.size === 0) break;
    }
  }
  (statuses as typeof statuses & { stop(): void }).stop();
  return wanted.filter((subject) => refused.has(subject));
}
