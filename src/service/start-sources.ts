import type { NatsConnection } from 'nats';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { type SourceEvents, startAckSource, startLogSource, startRunSource } from '../nats/consume/log-source.ts';
import { createWorker } from '../pipeline/output/worker.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import type { Telemetry } from '../pipeline/ports/telemetry.ts';
import { createRunListener } from '../pipeline/run-listener.ts';
import type { Account } from './account.ts';
import type { ReadingTelemetry } from './reading-telemetry.ts';

export interface SourcesOptions {
  readonly connection: NatsConnection;
  /** The connection on which output is read. */
  readonly output: NatsConnection;
  readonly subjects: Subjects;
  readonly ports: PipelineOptions;
  readonly account: Account;
  readonly telemetry: Telemetry;
  readonly reading: ReadingTelemetry;
}

/** Begins to read output, run events and acks, and to decide on them. */
export async function startSources(options: SourcesOptions) {
  const { connection, output, subjects, ports, account, telemetry, reading } = options;
  const worker = createWorker(ports);
  const listener = createRunListener(ports);
  const events: SourceEvents = {
    misfit: (subject, reason) => telemetry.messageRejected({ subject, reason }),
    messageDecided: account.decided,
    messageRejected: account.rejected,
    requestLost: reading.requestLost,
    messageGone(info) {
      reading.messageGone(info);
      if (info.stream === STREAMS.logs) account.gone(info);
    },
    messageDied(info) {
      reading.messageDied(info);
      if (info.stream === STREAMS.logs) account.died(info);
    },
  };
  return Promise.all([
    startLogSource(output, subjects, (messages) => worker.handleLogs(messages), events),
    startRunSource(connection, subjects, (message) => listener.handleRun(message), events),
    startAckSource(connection, subjects, (message) => listener.handleAck(message), events),
  ]);
}
