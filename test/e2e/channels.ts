import { readFile } from 'node:fs/promises';
import { connect } from 'nats';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

/** What knell said of a run, the last word for each record. */
export interface Word {
  readonly schema: string;
  readonly record_id?: string;
  readonly category?: string;
  readonly disposition?: string;
  readonly issued_at?: string;
  readonly timings?: { readonly command_to_ack_ms?: number };
  readonly grade?: string;
  readonly rule?: { readonly pack: string; readonly id: string };
  readonly evidence?: readonly { readonly stream: string; readonly line: number; readonly excerpt: string }[];
}

/** How an agent's output reaches the engine. */
export interface Channel {
  readonly name: 'nats' | 'local';
  readonly agent: string;
  /** Arguments of `knell tap` besides `--execution`, `--runtime`, `--subscription` and `--obey`. */
  args(report: string): readonly string[];
  /** Everything said of a run so far, in order. */
  words(execution: string, report: string): Promise<readonly Word[]>;
}

/** `knell tap --local`: the engine is in the tap. */
export const local: Channel = {
  name: 'local',
  agent: 'local',
  args: (report) => ['--local', '--report', report],
  words: async (_execution, report) => {
    const rows = (await readFile(report, 'utf8').catch(() => '')).split('\n').filter(Boolean);
    return rows.map((row) => JSON.parse(row) as Word);
  },
};

/** A real nats-server with a real `knell serve`, and everything that this says. */
export async function startNatsChannel(
  rules: string,
  entry: string,
): Promise<{ channel: Channel; url: string; stop(): Promise<void> }> {
  const server = await startEmbeddedServer({ startTimeoutMs: 60_000 });
  const connection = await connect({ servers: server.url });
  const worker = await startWorkerProcess(server.url, rules, {}, entry);
  const said = new Map<string, Word[]>();
  // From the streams: what knell publishes twice is stored once.
  for (const stream of ['KNELL_FAILURES', 'KNELL_ABORTS']) {
    const consumer = await connection.jetstream().consumers.get(stream);
    const messages = await consumer.consume();
    void (async () => {
      for await (const message of messages) {
        // The run is the end of the subject: agent, execution, attempt.
        const execution = message.subject.split('.').at(-2) ?? '';
        said.set(execution, [...(said.get(execution) ?? []), message.json<Word>()]);
      }
    })();
  }
  return {
    url: server.url,
    channel: {
      name: 'nats',
      agent: 'e2e',
      args: () => ['--agent', 'e2e', '--nats', server.url],
      words: async (execution) => said.get(execution) ?? [],
    },
    async stop() {
      await worker.kill('SIGTERM');
      await connection.close();
      await server.stop();
    },
  };
}
