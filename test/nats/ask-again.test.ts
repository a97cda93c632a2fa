import { connect, ErrorCode, NatsError } from 'nats';
import { expect, test } from 'vitest';
import { askAgain } from '../../src/nats/ask-again.ts';
import { openBucket } from '../../src/nats/store/bucket.ts';
import { useNatsServer } from '../support/nats.ts';
import { startNatsProxy } from '../support/nats-proxy.ts';

const nats = useNatsServer();
const timeout = () => new NatsError('TIMEOUT', ErrorCode.Timeout);

/** Answers one question after another; `never` is no answer at all. */
function asked(...answers: (string | Error)[]) {
  let count = 0;
  return {
    count: () => count,
    ask(): Promise<string> {
      const answer = answers[count] as string | Error;
      count += 1;
      if (answer === 'never') return new Promise(() => undefined);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

test('an answer that comes at once is asked for once', async () => {
  const { ask, count } = asked('one');
  expect([await askAgain(ask, { againMs: 1 }), count()]).toEqual(['one', 1]);
});

test('where no answer comes, it is asked again, and the first answer counts', async () => {
  const { ask, count } = asked('never', 'two');
  expect([await askAgain(ask, { againMs: 1 }), count()]).toEqual(['two', 2]);
});

test('an error that is an answer is not asked about again', async () => {
  const { ask, count } = asked(new Error('404'), 'two');
  await expect(askAgain(ask, { againMs: 1 })).rejects.toThrow('404');
  expect(count()).toBe(1);
});

test('what times out three times has timed out', async () => {
  const { ask, count } = asked(timeout(), timeout(), timeout());
  await expect(askAgain(ask, { againMs: 1 })).rejects.toThrow('TIMEOUT');
  expect(count()).toBe(3);
});

test('an entry of a bucket is read although the first request is lost on its way', async () => {
  let lost = 0;
  const proxy = await startNatsProxy(nats.server.port, {
    fromClient(frame, { onward }) {
      if (lost > 0 || !frame.words[0]?.startsWith('$JS.API.STREAM.MSG.GET.')) onward(frame);
      else lost += 1;
    },
  });
  const behind = await connect({ servers: proxy.url });
  const bucket = await openBucket(behind, 'asked', { history: 1 });
  await bucket.put('a', '1');
  expect((await bucket.get('a'))?.string()).toBe('1');
  expect(lost).toBe(1);
  await behind.close();
  await proxy.stop();
});
