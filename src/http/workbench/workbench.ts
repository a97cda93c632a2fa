import { Worker } from 'node:worker_threads';
import type { JobAnswer, JobName, Jobs } from './jobs.ts';

/** Where the workbench's thread comes from, and what bounds it. */
export interface WorkbenchOptions {
  /** The built thread. */
  readonly file: string;
  /** The shipped packs as the build checked them. */
  readonly checkedPacks: string;
  /** How long a job may take, in milliseconds. */
  readonly limitMs?: Partial<Record<JobName, number>>;
  readonly idleMs?: number;
}

/** A job that was not done: too much is waiting, or it took too long or too much memory. */
export class WorkbenchError extends Error {
  readonly code: 'BUSY' | 'TOO_LONG' | 'FAILED';
  constructor(code: WorkbenchError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface Workbench {
  /** @throws {WorkbenchError} */
  run<N extends JobName>(name: N, asked: Jobs[N]['asked']): Promise<Jobs[N]['answer']>;
  stop(): Promise<void>;
}

const LIMITS: Readonly<Record<JobName, number>> = { try: 10_000, weigh: 60_000, describe: 10_000, words: 10_000 };
/** One runs, these wait. */
const MAX_WAITING = 8;
const HEAP_MB = 320;
/** An idle thread holds memory for nothing. */
const IDLE_MS = 60_000;

/** Runs jobs in a thread of their own, one at a time, each bounded in time and memory. */
export function createWorkbench({ file, checkedPacks, limitMs = {}, idleMs = IDLE_MS }: WorkbenchOptions): Workbench {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let nextId = 1;

  function start(): Worker {
    const started = new Worker(file, {
      workerData: { checkedPacks },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32 },
      // It inherits no secrets.
      env: {},
    });
    started.unref();
    started.once('exit', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  }

  async function end(): Promise<void> {
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  }

  function runNow(name: JobName, asked: unknown): Promise<unknown> {
    clearTimeout(idle);
    worker ??= start();
    const thread = worker;
    const id = nextId++;
    const ms = limitMs[name] ?? LIMITS[name];
    return new Promise<unknown>((resolve, reject) => {
      const deadline = setTimeout(() => {
        void end();
        settle(() => reject(new WorkbenchError('TOO_LONG', `this took longer than ${ms / 1_000} s, and was stopped`)));
      }, ms);
      const onMessage = (answer: JobAnswer): void => {
        if (answer.id !== id) return;
        settle(() => ('error' in answer ? reject(new WorkbenchError('FAILED', answer.error)) : resolve(answer.answer)));
      };
      const onError = (error: Error): void => {
        void end();
        const isMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
        const why = isMemory ? `this took more than ${HEAP_MB} MB, and was stopped` : error.message;
        settle(() => reject(new WorkbenchError(isMemory ? 'TOO_LONG' : 'FAILED', why)));
      };
      const settle = (then: () => void): void => {
        clearTimeout(deadline);
        thread.off('message', onMessage);
        thread.off('error', onError);
        idle = setTimeout(() => void end(), idleMs);
        idle.unref();
        then();
      };
      thread.on('message', onMessage);
      thread.on('error', onError);
      thread.postMessage({ id, name, asked });
    });
  }

  return {
    async run(name, asked) {
      if (waiting > MAX_WAITING) throw new WorkbenchError('BUSY', 'others are at the workbench; try again in a moment');
      waiting += 1;
      const turn = last
        .then(() => runNow(name, asked))
        .finally(() => {
          waiting -= 1;
        });
      last = turn.catch(() => undefined);
      return turn as Promise<never>;
    },
    async stop() {
      clearTimeout(idle);
      await end();
    },
  };
}
