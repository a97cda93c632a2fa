import { type ConsumerOptsBuilder, consumerOpts, type JetStreamClient } from 'nats';
import { AbortCommand } from '../contracts/abort-command.ts';
import type { Subjects } from '../contracts/subjects.ts';
import type { AbortFeed } from '../pipeline/ports.ts';

/** The fleet's abort commands, straight from their stream: what each worker counts budgets and incidents from. */
export function createAbortFeed(jetstream: JetStreamClient, subjects: Subjects): AbortFeed {
  return {
    async watch(sinceMs, listener) {
      const options: ConsumerOptsBuilder = consumerOpts();
      options.orderedConsumer();
      options.startTime(new Date(sinceMs));
      const subscription = await jetstream.subscribe(subjects.all('aborts'), options);
      void (async () => {
        for await (const message of subscription) {
          const command = AbortCommand.safeParse(jsonOf(message.data));
          if (command.success) listener(command.data);
        }
      })();
      return () => subscription.unsubscribe();
    },
  };
}

function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
