import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { emptyStore, setUpRun } from '../support/run-on-streams.ts';
import { subjects } from '../support/service.ts';

/*
 * A bounded log stream drops its oldest messages, also those that were read. What is not there any more was not "never said".
 */
const nats = useNatsServer();
const STRUCTURED = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'structured' };
const TEXT = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'text', 'Knell-Alone': 'true' };

const errors: unknown[] = [];
beforeEach(async () => {
  errors.length = 0;
  // Each on a stream that has dropped nothing yet.
  await emptyStore(nats.connection);
});
afterEach(() => expect(errors).toEqual([]));

const setUp = () => setUpRun(nats.connection, (error) => errors.push(error));

const HOUR_MS = 3_600_000;
/** Nobody has said anything for so long before a run starts. */
const PAUSE_MS = 61_000;
const TOOL = [claude.init(), claude.calls('Bash')];

test.each([
  ['all of it is there', false, false],
  ['all that it said is dropped', true, false],
  ['its call is dropped, and it says on standard error that it works', true, true],
])('a run that waits for its long tool is not ended: %s', async (_, isDropped, isNoisy) => {
  const { publisher, tell, print, dropAll, goOn } = await setUp();
  await tell('started', { runtime: 'claude-code', format: 'structured' });
  await print(TOOL, STRUCTURED);
  if (isDropped) await dropAll();
  if (isNoisy) await print(['still at it'], STRUCTURED, 'stderr');
  await goOn(HOUR_MS);
  expect(publisher.aborts).toEqual([]);
});

test('a run that has said nothing since the stream began is ended for its silence', async () => {
  const { publisher, tell, goOn } = await setUp();
  await tell('started', { runtime: 'claude-code', format: 'structured' });
  await goOn(HOUR_MS);
  expect(publisher.aborts).toMatchObject([{ category: 'runtime.stalled' }]);
});

test('a run that has said nothing is ended for its silence too where older output of others has grown too old', async () => {
  const { publisher, tell, speak, look, letAge, goOn } = await setUp();
  await speak();
  await letAge();
  await look();
  await tell('started', { runtime: 'claude-code', format: 'structured' }, PAUSE_MS);
  await speak();
  await goOn(HOUR_MS);
  expect(publisher.aborts).toMatchObject([{ category: 'runtime.stalled' }]);
});

test('what a run has said in a stream that was removed is not taken for nothing', async () => {
  const { publisher, tell, print, goOn } = await setUp();
  await tell('started', { runtime: 'claude-code', format: 'structured' });
  await print(TOOL, STRUCTURED);
  const { streams } = await nats.connection.jetstreamManager();
  await streams.delete('KNELL_LOGS');
  await ensureStreams(nats.connection, subjects, 1);
  await goOn(HOUR_MS);
  expect(publisher.aborts).toEqual([]);
});

test.each([false, true])(
  'tries of two requests do not add up where what stood between them is dropped: %s',
  async (isDropped) => {
    const { publisher, print, dropAll } = await setUp();
    await print([claude.init()], STRUCTURED);
    await print([claude.retry(401, 1)], STRUCTURED);
    await print([claude.says('on it')], STRUCTURED);
    if (isDropped) await dropAll();
    await print([claude.retry(529, 1)], STRUCTURED);
    await print([claude.retry(401, 2)], STRUCTURED);
    expect(publisher.aborts).toEqual([]);
    await print([claude.retry(401, 3)], STRUCTURED);
    expect(publisher.aborts).toMatchObject([{ category: 'auth.invalid_credentials' }]);
  },
);

const BANNER = 'Login expired · Please run /login';

test.each([
  ['stands alone', [], false, 1],
  ['is quoted', ['This is what the client prints:', ''], false, 0],
  ['may be quoted in lines that are dropped', ['This is what the client prints:', ''], true, 0],
] as const)('a banner that %s, before an idle tree', async (_, prose, isDropped, aborts) => {
  const { publisher, tell, print, dropAll, goOn, stateNow } = await setUp();
  await tell('started', { runtime: 'claude-code' });
  if (prose.length > 0) await print(prose, TEXT);
  await print([BANNER], TEXT);
  if (isDropped) await dropAll();
  await goOn(41_000, true);
  expect(publisher.aborts).toHaveLength(aborts);
  if (!isDropped) return;
  // Its exit tells.
  expect((await stateNow())?.suspicions).toMatchObject([{ due_ms: null }]);
  await tell('exited', { code: 1 });
  expect(publisher.records()).toMatchObject([{ category: 'auth.token_expired', disposition: 'recorded' }]);
});

test.each(['letAge', 'keepOne', 'keepOneEach', 'deleteLast'] as const)(
  'a banner may be quoted where what stood before it was dropped by settings that may be others now, or by hand: %s',
  async (drop) => {
    for (const isSeen of [false, true]) {
      const world = await setUp();
      await world.speak();
      if (isSeen) await world.look();
      await world.tell('started', { runtime: 'claude-code' });
      await world.print(['This is what the client prints:', ''], TEXT);
      if (isSeen) await world.look();
      await world[drop]();
      if (isSeen) await world.look();
      await world.print([BANNER], TEXT);
      await world.goOn(41_000, true);
      expect(world.publisher.aborts).toEqual([]);
    }
  },
);

test('a banner that stands alone ends a run that was started after a pause in which all before grew too old', async () => {
  const { publisher, tell, print, speak, look, letAge, goOn } = await setUp();
  await speak();
  await look();
  await letAge();
  await tell('started', { runtime: 'claude-code' }, PAUSE_MS);
  await print([BANNER], TEXT);
  await goOn(41_000, true);
  expect(publisher.aborts).toHaveLength(1);
});

test('a run that waits for its long tool is not ended where the message that tells of it was deleted', async () => {
  const { publisher, tell, print, deleteLast, goOn } = await setUp();
  await tell('started', { runtime: 'claude-code', format: 'structured' });
  await print([claude.init()], STRUCTURED);
  await print([claude.calls('Bash')], STRUCTURED);
  await deleteLast();
  await goOn(HOUR_MS);
  expect(publisher.aborts).toEqual([]);
});

test('tries do not add up where a message between them was deleted', async () => {
  const { publisher, print, deleteLast } = await setUp();
  await print([claude.init()], STRUCTURED);
  await print([claude.retry(401, 1)], STRUCTURED);
  await print([claude.says('on it')], STRUCTURED);
  await deleteLast();
  await print([claude.retry(529, 1)], STRUCTURED);
  await print([claude.retry(401, 2)], STRUCTURED);
  expect(publisher.aborts).toEqual([]);
});
