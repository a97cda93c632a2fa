import { setTimeout as pause } from 'node:timers/promises';
import { type ConsumerOptsBuilder, consumerOpts, type JetStreamClient, type JetStreamSubscription } from 'nats';
import { AbortCommand } from '../contracts/abort-command.ts';
import { parseJson } from '../contracts/parse-json.ts';
import type { Subjects } from '../contracts/subjects.ts';
import type { AbortFeed } from '../pipeline/ports/ports.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { storedMs } from './consume/log-source.ts';
import { isSigned } from './own-command.ts';

/** How long to wait before subscribing again when that failed, in milliseconds. */
const RETRY_MS = 500;

/**
 * The fleet's abort commands, straight from their stream: what each worker counts budgets and incidents from.
 *
 * @param trusted given, only commands that one of these keys has signed count
 */
export function createAbortFeed(jetstream: JetStreamClient, subjects: Subjects, trusted?: TrustedKeys): AbortFeed {
  return {
    async watch(sinceMs, listener) {
      let stopped = false;
      let nextSeq: number | undefined;

      function open(): Promise<JetStreamSubscription> {
        const options: ConsumerOptsBuilder = consumerOpts();
        options.orderedConsumer();
        if (nextSeq === undefined) options.startTime(new Date(sinceMs));
        else options.startSequence(nextSeq);
        return jetstream.subscribe(subjects.all('aborts'), options);
      }

      async function read(): Promise<void> {
        for await (const message of subscription) {
          nextSeq = message.seq + 1;
          // Forged commands must not use up the budgets.
          if (trusted && !isSigned(message.subject, message.data, message.headers, trusted)) continue;
          const command = AbortCommand.safeParse(parseJson(message.data));
          if (command.success) listener(command.data, storedMs(message));
        }
      }

      let subscription = await open();
      void (async () => {
        while (!stopped) {
          // After an outage nats.js 2.29.3 can't make a consumer anew that began at a time (the server's error 10094), and
          // says so here. It is made anew where the last one stopped.
          await read().catch(() => undefined);
          if (stopped) return;
          await pause(RETRY_MS, undefined, { ref: false });
          subscription = await open().catch(() => subscription);
        }
        subscription.unsubscribe();
      })();
      return () => {
        stopped = true;
        subscription.unsubscribe();
      };
    },
  };
}
