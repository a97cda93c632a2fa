import { consumerOpts, type NatsConnection } from 'nats';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import { subjects } from '../support/service.ts';

/** What came of one abort command. */
export interface Ended {
  readonly command: AbortCommand;
  /** From the evidence being stored to the command being stored, by the server's clock. */
  readonly latencyMs: number;
}

/** Acts as the host of all agents: acknowledges each command, and reports that the run is gone. */
export async function obey(connection: NatsConnection, onEnded: (ended: Ended) => void): Promise<void> {
  const options = consumerOpts();
  options.orderedConsumer();
  options.deliverAll();
  const commands = await connection.jetstream().subscribe(subjects.all('aborts'), options);
  void (async () => {
    for await (const message of commands) {
      const command = AbortCommand.parse(message.json());
      const { agent, execution, attempt, command_id } = command;
      const run = { agent, execution, attempt };
      const at = new Date().toISOString();
      connection.publish(
        subjects.acks(run),
        JSON.stringify({ schema: 'knell.ack/v1', command_id, ...run, outcome: 'terminated', by: 'soak', at }),
      );
      connection.publish(
        subjects.runs(run),
        JSON.stringify({ schema: 'knell.run/v1', type: 'exited', ...run, at, code: null, signal: 'SIGTERM' }),
      );
      const observedMs = Date.parse(command.evidence.at(-1)?.observed_at ?? '');
      onEnded({ command, latencyMs: message.info.timestampNanos / 1e6 - observedMs });
    }
  })();
}
