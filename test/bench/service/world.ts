import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type JetStreamManager, type NatsConnection } from 'nats';
import { createSubjects } from '../../../src/contracts/subjects.ts';
import { startEmbeddedServer } from '../../../src/nats/embedded-server.ts';
import { ensureStreams } from '../../../src/nats/ensure-streams.ts';
import { ROOT } from './child.ts';

/** One private server with knell's streams, gone when the work is done. */
export interface World {
  readonly natsUrl: string;
  readonly serverPid: number;
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
}

export async function inWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  const server = await startEmbeddedServer();
  const connection = await connect({ servers: server.url, name: 'bench' });
  try {
    await ensureStreams(connection, createSubjects());
    const manager = await connection.jetstreamManager();
    return await work({ natsUrl: server.url, serverPid: server.pid, connection, manager });
  } finally {
    await connection.close();
    await server.stop();
  }
}

/** Settles when a consumer has nothing left to deliver and nothing unacknowledged. */
export async function untilRead(manager: JetStreamManager, stream: string, durable: string): Promise<void> {
  for (;;) {
    const info = await manager.consumers.info(stream, durable);
    if (info.num_pending + info.num_ack_pending === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The shipped rules with other limits of silence for Claude Code, so that a minute shows what an hour would. */
export async function withShortStall<T>(stall: string, work: (rules: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'knell-bench-rules-'));
  try {
    await cp(join(ROOT, 'rules'), folder, { recursive: true });
    const file = join(folder, 'claude-code.yaml');
    const text = await readFile(file, 'utf8');
    const changed = text.replace(/^stall:\n( {2}.*\n)+/m, `stall:\n${stall}`);
    if (changed === text) throw new Error('rules/claude-code.yaml has no stall limits to change');
    await writeFile(file, changed);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
