import { connect, type JetStreamManager, type NatsConnection, StorageType } from 'nats';
import { STREAMS } from '../../src/contracts/subjects.ts';
import {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  startEmbeddedServer,
} from '../../src/nats/embedded-server.ts';

export interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TapServer {
  readonly server: EmbeddedServer;
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
  /** Everything a stream holds, oldest first. */
  stored(stream: string): Promise<StoredMessage[]>;
  /** Settles with the first so many messages of a stream, or of one of its subjects, when it holds them. */
  holds(stream: string, count: number, subject?: string): Promise<string[]>;
  stop(how?: 'term' | 'kill'): Promise<void>;
}

/** A real nats-server with the streams a tap writes to and reads from. */
export async function startTapServer(
  options: EmbeddedServerOptions = {},
  streams: string[] = ['logs', 'runs', 'aborts', 'acks'],
): Promise<TapServer> {
  const server = await startEmbeddedServer(options);
  const nc = await connect({ servers: server.url });
  const jsm = await nc.jetstreamManager();
  for (const family of streams) {
    const name = STREAMS[family as keyof typeof STREAMS];
    await jsm.streams.add({ name, subjects: [`knell.${family}.>`], storage: StorageType.File, allow_direct: true });
  }
  const stored = async (stream: string) => {
    const { state } = await jsm.streams.info(stream);
    const messages: StoredMessage[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
      const message = await jsm.streams.getMessage(stream, { seq });
      const headers = Object.fromEntries(message.header.keys().map((name) => [name, message.header.get(name)]));
      messages.push({ seq, subject: message.subject, text: Buffer.from(message.data).toString('utf8'), headers });
    }
    return messages;
  };
  return {
    server,
    nc,
    jsm,
    stored,
    async holds(stream, count, subject = '>') {
      const consumer = await nc.jetstream().consumers.get(stream, { filterSubjects: subject });
      const messages: string[] = [];
      const arriving = await consumer.consume();
      for await (const message of arriving) {
        messages.push(message.string());
        if (messages.length === count) break;
      }
      await arriving.close();
      return messages;
    },
    async stop(how) {
      await nc.close();
      await server.stop(how);
    },
  };
}
