import { type JetStreamManager, NatsError } from 'nats';
import { BUCKETS, STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { Clock } from '../pipeline/ports/ports.ts';
import { misfitOf, type StreamFamily } from './stream-settings.ts';

export interface StreamWatchOptions {
  readonly manager: JetStreamManager;
  readonly subjects: Pick<Subjects, 'all'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly events: StreamEvents;
  /** Makes anew all that is kept on the server. Called where nothing of it is left. */
  readonly makeAnew: () => Promise<void>;
  /** Milliseconds from one look to the next. */
  readonly everyMs?: number;
}

/** What is seen, past tense. */
export interface StreamEvents {
  /** What is wrong with the streams and buckets has changed; empty: nothing is. */
  streamsChanged(info: { problems: readonly string[] }): void;
  /** The server has lost everything; it was made anew. */
  storeMadeAnew(): void;
}

export interface StreamWatch {
  /** What keeps streams and buckets from serving, by the last look. */
  problems(): readonly string[];
  stop(): Promise<void>;
}

const EVERY_MS = 10_000;
const FAMILIES = Object.keys(STREAMS) as StreamFamily[];
/** Without these no decision can be kept. What published rules need is looked after where it is read. */
const NEEDED_BUCKETS = [BUCKETS.runs, BUCKETS.fleet, BUCKETS.subscriptions, BUCKETS.probes];

/**
 * Looks over and over whether the streams and buckets are there and take what knell writes: a person may delete one or
 * change its subjects. Where all are gone, the server has come back with an empty store, and they are made anew. What
 * is missing alone was deleted on purpose, so that is only said.
 */
export function startStreamWatch(options: StreamWatchOptions): StreamWatch {
  const { manager, subjects, clock, events, makeAnew, everyMs = EVERY_MS } = options;
  let problems: readonly string[] = [];
  let cancel: () => void = () => undefined;
  let stopped = false;

  async function problemOf(name: string, family?: StreamFamily): Promise<{ gone?: true; problem: string } | undefined> {
    try {
      const { config } = await manager.streams.info(name);
      const misfit = family && misfitOf(config, subjects.all(family));
      return misfit ? { problem: `the stream ${name} ${misfit}` } : undefined;
    } catch (error) {
      if (!(error instanceof NatsError) || error.api_error?.code !== 404) throw error;
      return { gone: true, problem: `the stream ${name} is gone: restart the service, which makes it anew` };
    }
  }

  async function look(): Promise<void> {
    const looks = [
      ...FAMILIES.map((family) => problemOf(STREAMS[family], family)),
      ...NEEDED_BUCKETS.map((bucket) => problemOf(`KV_${bucket}`)),
    ];
    const found = (await Promise.all(looks)).filter((one) => one !== undefined);
    if (found.length === looks.length && found.every(({ gone }) => gone) && !stopped) {
      await makeAnew();
      events.storeMadeAnew();
      return look();
    }
    const before = problems;
    problems = found.map(({ problem }) => problem);
    if (String(before) !== String(problems)) events.streamsChanged({ problems });
  }

  let looking = Promise.resolve();
  function lookAgain(): void {
    cancel = clock.after(everyMs, () => {
      // Where the server does not answer, the reading watch tells of it.
      looking = look()
        .catch(() => undefined)
        .finally(() => {
          if (!stopped) lookAgain();
        });
    });
  }
  lookAgain();
  return {
    problems: () => problems,
    async stop() {
      stopped = true;
      cancel();
      await looking;
    },
  };
}
