import { beforeAll, expect, test } from 'vitest';
import { classify, loadEngineRules, type RuleSet } from '../../src/memory/engine.ts';
import { claude } from '../support/claude-lines.ts';

let rules: RuleSet;
beforeAll(async () => {
  rules = await loadEngineRules();
});
const doomed = [claude.init(), claude.fails('OAuth token has expired', 401)];

test('yields an abort command and its record as soon as a line proves it, while the agent still runs', async () => {
  let goOn: () => void = () => undefined;
  async function* lines() {
    yield* doomed;
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  }
  const found = classify(lines(), { rules, atMs: 0 });
  const first = (await found.next()).value;
  expect(first).toMatchObject({
    schema: 'knell.abort/v1',
    category: 'auth.token_expired',
    runtime: { name: 'claude-code' },
  });
  expect((await found.next()).value).toMatchObject({ schema: 'knell.failure/v1', disposition: 'aborted' });
  goOn();
  expect((await found.next()).done).toBe(true);
});

test('bytes that are cut anywhere give the same as lines', async () => {
  const collect = async (input: Iterable<string | Uint8Array>) => {
    const found = [];
    for await (const one of classify(input, { rules, atMs: 0 })) found.push(one.category);
    return found;
  };
  const bytes = Buffer.from(`${doomed.join('\n')}\n`);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) =>
    bytes.subarray(index * 7, index * 7 + 7),
  );
  expect(await collect(pieces)).toEqual(await collect(doomed));
});

test('how the agent ended may be filled in until its last line was read', async () => {
  const exit: { code?: number } = {};
  async function* lines() {
    yield 'Login expired · Please run /login';
    exit.code = 1;
  }
  const found = [];
  for await (const one of classify(lines(), { rules, runtime: 'claude-code', exit, atMs: 0 })) found.push(one);
  expect(found.at(-1)).toMatchObject({ schema: 'knell.failure/v1', category: expect.stringMatching(/^auth\./) });
});

test('a healthy agent yields nothing, and what reading the lines throws is thrown', async () => {
  const healthy = classify([claude.init(), claude.says('Login expired · Please run /login'), claude.succeeds()], {
    rules,
  });
  expect((await healthy.next()).done).toBe(true);
  async function* broken() {
    yield 'one';
    throw new Error('the pipe broke');
  }
  await expect(classify(broken(), { rules }).next()).rejects.toThrow('the pipe broke');
});

test('rules that can not be used are told with every finding', async () => {
  await expect(loadEngineRules('no-such-folder')).rejects.toMatchObject({
    code: 'ERULES',
    message: expect.stringContaining('no-such-folder'),
  });
});
