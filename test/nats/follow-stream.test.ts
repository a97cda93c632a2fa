import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSubjects, STREAMS } from '../../src/contracts/subjects.ts';
import { createAbortFeed } from '../../src/nats/abort-feed.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { followStream } from '../../src/nats/follow-stream.ts';
import { createPublisher } from '../../src/nats/publisher.ts';
import { abortCommand } from '../support/messages.ts';
import { useNatsServer } from '../support/nats.ts';
import { type NatsProxy, type ProxyHooks, startNatsProxy } from '../support/nats-proxy.ts';

const nats = useNatsServer();
const subjects = createSubjects();
let proxy: NatsProxy;
let hooks: ProxyHooks;
let behind: NatsConnection;
let stop: () => void = () => undefined;
let heard: string[];
let reopened: string[];
let lastStream = 0;
/** Each test has a stream of its own. */
let stream: string;

beforeEach(async () => {
  [hooks, heard, reopened] = [{}, [], []];
  proxy = await startNatsProxy(nats.server.port, {
    fromClient: (frame, way) => (hooks.fromClient ?? ((_, { onward }) => onward(frame)))(frame, way),
    fromServer: (frame, way) => (hooks.fromServer ?? ((_, { onward }) => onward(frame)))(frame, way),
  });
  behind = await connect({ servers: proxy.url });
  lastStream += 1;
  stream = `S${lastStream}`;
  await (await nats.connection.jetstreamManager()).streams.add({ name: stream, subjects: [`${stream}.>`] });
});
afterEach(async () => {
  stop();
  await behind.close();
  await proxy.stop();
});

const publish = (text: string) => nats.connection.jetstream().publish(`${stream}.a`, text);

async function follow(everyMs?: number, sinceMs: number | undefined = 0): Promise<void> {
  stop = await followStream(
    behind.jetstream(),
    {
      stream,
      subject: `${stream}.>`,
      ...(sinceMs !== undefined && { since: new Date(sinceMs) }),
      compare: { onReopened: (reason) => reopened.push(reason), everyMs },
    },
    (message) => heard.push(message.string()),
  );
}

/** Keeps all messages from the first subscription that brings one: whatever nats.js does, it takes the same one again. */
function deafen(prefix: string): void {
  let deaf: string | undefined;
  hooks = {
    fromServer(frame, { onward }) {
      const [subject = '', sid] = frame.words;
      if (!subject.startsWith(prefix)) return onward(frame);
      deaf ??= sid;
      if (sid !== deaf) onward(frame);
    },
  };
}

test('what was there is told, then each message as it comes', async () => {
  await publish('1');
  await follow();
  await publish('2');
  await expect.poll(() => heard).toEqual(['1', '2']);
});

test('where it has become deaf, it hears again from where it stopped, each message once', async () => {
  await publish('1');
  await follow(50);
  await expect.poll(() => heard).toEqual(['1']);
  deafen(`${stream}.`);
  await publish('2');
  await publish('3');
  await expect.poll(() => heard).toEqual(['1', '2', '3']);
  expect(reopened).toContain('it ended, or messages were missing');
});

test('where it was deaf from the start, it begins at its time again', async () => {
  await publish('1');
  await publish('2');
  deafen(`${stream}.`);
  await follow(50);
  await expect.poll(() => heard).toEqual(['1', '2']);
});

test('what is older than it asked for is nothing that it has missed', async () => {
  await publish('old');
  let looks = 0;
  hooks = {
    fromClient(frame, { onward }) {
      if (frame.words[0] === `$JS.API.STREAM.MSG.GET.${stream}`) looks += 1;
      onward(frame);
    },
  };
  await follow(20, Date.now() + 3_600_000);
  await expect.poll(() => looks).toBeGreaterThan(4);
  expect(reopened).toEqual([]);
});

test('where the consumer can not be made anew, it is opened again and misses nothing', async () => {
  await follow();
  let refusals = 0;
  let isLost = false;
  hooks = {
    fromClient(frame, { onward, back }) {
      const [subject, reply] = frame.words;
      if (refusals > 0 || !subject?.startsWith('$JS.API.CONSUMER.CREATE.')) return onward(frame);
      refusals += 1;
      const error = { code: 500, err_code: 10023, description: 'insufficient resources' };
      const body = Buffer.from(JSON.stringify({ error }));
      back({ verb: 'MSG', words: [`${reply}`, '1', `${body.length}`], body });
    },
    fromServer(frame, { onward }) {
      // One lost message makes nats.js ask for a new consumer.
      if (isLost || !frame.words[0]?.startsWith(`${stream}.`)) return onward(frame);
      isLost = true;
    },
  };
  for (const text of ['1', '2', '3']) await publish(text);
  await expect.poll(() => heard).toEqual(['1', '2', '3']);
  expect(refusals).toBe(1);
});

test('a feed of abort commands that has become deaf tells of the ones it has missed', async () => {
  await ensureStreams(nats.connection, subjects);
  const publisher = createPublisher(nats.connection, await nats.connection.jetstreamManager(), subjects);
  const abort = (execution: string) => publisher.abort(abortCommand({ agent: 'a', execution, attempt: 1 }));
  const feed = createAbortFeed(behind.jetstream(), subjects, {
    onReopened: (followed) => reopened.push(followed),
    compareEveryMs: 50,
  });
  stop = await feed.watch(0, ({ execution }) => heard.push(execution));
  await abort('e1');
  await expect.poll(() => heard).toEqual(['e1']);
  deafen('knell.aborts.');
  await abort('e2');
  await expect.poll(() => heard).toEqual(['e1', 'e2']);
  expect(reopened).toContain(STREAMS.aborts);
});

test('a stream that is deleted and made anew is followed from its start', async () => {
  for (const text of ['1', '2', '3', '4', '5']) await publish(text);
  await follow(50);
  await expect.poll(() => heard).toEqual(['1', '2', '3', '4', '5']);
  // A busy machine may take longer than nats.js waits by itself.
  const manager = await nats.connection.jetstreamManager({ timeout: 120_000 });
  await manager.streams.delete(stream);
  await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
  // Their numbers are lower than what was told last.
  await publish('6');
  await publish('7');
  await expect.poll(() => new Set(heard)).toEqual(new Set(['1', '2', '3', '4', '5', '6', '7']));
  await publish('8');
  await expect.poll(() => heard.at(-1)).toBe('8');
});
