import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEmbeddedServer } from '../../src/nats/embedded-server.ts';
import { allRight } from '../chaos/plays.ts';
import { useFaultyWorld } from './faulty-world.ts';

/** How much longer each write to a file takes, and each wait for the disk, in milliseconds. */
const LATER_MS = 30;
const CALLS = 'pwrite64,fsync,fdatasync';

/** A nats-server under strace, which holds up what it writes to its store. */
const world = useFaultyWorld(async (options) => {
  const folder = await mkdtemp(join(tmpdir(), 'knell-slow-'));
  const path = process.env.PATH;
  const real = `${path}:/usr/sbin:/usr/local/sbin`;
  const program = join(folder, 'nats-server');
  // -D: the server stays this process's child, and the tracer stands beside it.
  const tracer = `strace -D -f -qq -o /dev/null -e trace=${CALLS} -e inject=${CALLS}:delay_enter=${LATER_MS * 1_000}`;
  await writeFile(program, `#!/bin/sh\nPATH='${real}'; exec ${tracer} nats-server "$@"\n`);
  await chmod(program, 0o755);
  process.env.PATH = `${folder}:${path}`;
  try {
    return await startEmbeddedServer({ ...options, startTimeoutMs: 60_000 });
  } finally {
    process.env.PATH = path;
    await rm(folder, { recursive: true });
  }
});

test('where each write to the disk takes longer, every run gets what it is owed', { timeout: 400_000 }, async () => {
  await world.startWorker();
  const startMs = performance.now();
  await world.connection.jetstream().publish('knell.logs.a.disk.1.stdout', 'is the disk slow?');
  expect(performance.now() - startMs).toBeGreaterThan(LATER_MS - 1);
  const outcome = await world.play(`each write ${LATER_MS} ms later`, 60);
  expect(outcome).toEqual(allRight(outcome));
});
