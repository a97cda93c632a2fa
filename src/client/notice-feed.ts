import { consumerOpts, type NatsConnection } from 'nats';
import { Notice } from '../contracts/notice.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';

export interface NoticeFeedOptions {
  readonly connection: NatsConnection;
  readonly subjects: Subjects;
  readonly onError: (error: unknown, about: string) => void;
}

/** Hands on each notice from now on, in order, one at a time, also over a lost connection. Returns how to stop. */
export async function startNoticeFeed(
  { connection, subjects, onError }: NoticeFeedOptions,
  handler: (notice: Notice) => void | Promise<void>,
): Promise<() => Promise<void>> {
  const options = consumerOpts();
  options.orderedConsumer();
  options.deliverNew();
  // Named, the client need not ask which stream has the subject, which a backend has no right to.
  options.bindStream(STREAMS.notices);
  const subscription = await connection.jetstream().subscribe(subjects.all('notices'), options);
  const reading = (async () => {
    for await (const message of subscription) {
      try {
        await handler(Notice.parse(message.json()));
      } catch (error) {
        onError(error, `a notice on ${message.subject}`);
      }
    }
  })();
  return async () => {
    subscription.unsubscribe();
    await reading;
  };
}
