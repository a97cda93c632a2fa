import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type Child, startKnell } from '../bench/service/child.ts';

/** One place of the fleet: a `knell serve`, which may be ended and started again. */
export interface Worker {
  readonly name: string;
  /** Which start of it this is, from 1; undefined while it is down. */
  life(): { readonly number: number; readonly pid: number; readonly httpPort: number } | undefined;
  /** Ends it with a signal and starts it anew after `downMs`. */
  restart(signal: NodeJS.Signals, downMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** @param onLog takes what it logs, over all its lives */
export async function startWorker(
  name: string,
  { natsUrl, rules, onLog }: { natsUrl: string; rules: string; onLog: (text: string) => void },
): Promise<Worker> {
  const httpPort = await freePort();
  const start = (): Promise<Child> => startKnell({ natsUrl, rules, httpPort, onLog });
  let number = 1;
  let child: Child | undefined = await start();
  return {
    name,
    life: () => child && { number, pid: child.pid, httpPort },
    async restart(signal, downMs) {
      const old = child;
      child = undefined;
      await old?.end(signal);
      await new Promise((resolve) => setTimeout(resolve, downMs));
      child = await start();
      number += 1;
    },
    async stop() {
      await child?.end();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
