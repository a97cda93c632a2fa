import type { JetStreamClient } from 'nats';
import { AbortCommand } from '../contracts/abort-command.ts';
import { parseJson } from '../contracts/parse-json.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { AbortFeed } from '../pipeline/ports/ports.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { storedMs } from './consume/log-source.ts';
import { followStream } from './follow-stream.ts';
import { isSigned } from './own-command.ts';

/**
 * The fleet's abort commands, straight from their stream: what each worker counts budgets and incidents from.
 *
 * @param trusted given, only commands that one of these keys has signed count
 */
export function createAbortFeed(jetstream: JetStreamClient, subjects: Subjects, trusted?: TrustedKeys): AbortFeed {
  return {
    watch: (sinceMs, listener) =>
      followStream(
        jetstream,
        { stream: STREAMS.aborts, subject: subjects.all('aborts'), since: new Date(sinceMs) },
        (message) => {
          // Forged commands must not use up the budgets.
          if (trusted && !isSigned(message.subject, message.data, message.headers, trusted)) return;
          const command = AbortCommand.safeParse(parseJson(message.data));
          if (command.success) listener(command.data, storedMs(message));
        },
      ),
  };
}
