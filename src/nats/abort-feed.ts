import type { JetStreamClient } from 'nats';
import { AbortCommand } from '../contracts/abort-command.ts';
import { parseJson } from '../contracts/parse-json.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { AbortFeed } from '../pipeline/ports/ports.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { storedMs } from './consume/log-source.ts';
import { followStream } from './follow-stream.ts';
import { isSigned } from './own-command.ts';
import type { OnReopened } from './store/bucket.ts';

export interface AbortFeedOptions {
  /** Given, only commands that one of these keys has signed count. */
  readonly trusted?: TrustedKeys | undefined;
  readonly onReopened?: OnReopened;
  readonly compareEveryMs?: number;
}

/** The fleet's abort commands, straight from their stream: what each worker counts budgets and incidents from. */
export function createAbortFeed(
  jetstream: JetStreamClient,
  subjects: Subjects,
  { trusted, onReopened, compareEveryMs }: AbortFeedOptions = {},
): AbortFeed {
  const stream = STREAMS.aborts;
  return {
    watch: (sinceMs, listener) =>
      followStream(
        jetstream,
        {
          stream,
          subject: subjects.all('aborts'),
          since: new Date(sinceMs),
          compare: { onReopened: (reason) => onReopened?.(stream, reason), everyMs: compareEveryMs },
        },
        (message) => {
          // Forged commands must not use up the budgets.
          if (trusted && !isSigned(message.subject, message.data, message.headers, trusted)) return;
          const command = AbortCommand.safeParse(parseJson(message.data));
          if (command.success) listener(command.data, storedMs(message));
        },
      ),
  };
}
