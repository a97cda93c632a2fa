import { describe, expect } from 'vitest';
import { PreflightReply } from '../../src/contracts/preflight.ts';
import { claude } from '../support/claude-lines.ts';
import { allIsRead, as, attack, DOOM, freshRun, permissionOf, print, subjects, tell } from './attack.ts';

async function ask(subscription: string): Promise<PreflightReply> {
  const question = JSON.stringify({ agent: 'other', subscription });
  const backend = await as('backend');
  return PreflightReply.parse((await backend.request(subjects.preflightCheck, question, { timeout: 10_000 })).json());
}

/** A run that says it is on a subscription, and then prints this. */
async function runOn(agent: 'builder' | 'other' | 'third', subscription: string, lines = DOOM): Promise<void> {
  const run = freshRun(agent);
  await tell(run, { type: 'started', runtime: 'claude-code', subscription });
  await allIsRead();
  await print(run, lines);
  await allIsRead();
}
const works = (agent: 'builder' | 'other', subscription: string) =>
  runOn(agent, subscription, [claude.init(), claude.says('Done.'), claude.succeeds()]);
const becomes = (subscription: string, answer: PreflightReply['answer']) =>
  expect.poll(async () => (await ask(subscription)).answer).toBe(answer);
/** A minute, and what the service's idea of the server's time may be ahead of it: on a busy machine some round trips. */
const MINUTE_MS = 60_000 + 1_000;
const refusedForMs = async (subscription: string) =>
  Date.parse((await ask(subscription)).until ?? 'never') - Date.now();

let count = 0;
/** A subscription on which another agent's run has just succeeded. */
async function healthy(): Promise<string> {
  count += 1;
  const name = `team-${process.pid}-${count}`;
  await works('other', name);
  await becomes(name, 'serviceable');
  return name;
}

describe("an agent's login against a subscription that works", () => {
  attack('one run claims that its token is dead', 'refused for a minute, until the next success', async () => {
    const name = await healthy();
    await runOn('builder', name);
    await becomes(name, 'refused');
    expect(await refusedForMs(name)).toBeLessThanOrEqual(MINUTE_MS);
    await works('other', name);
    await becomes(name, 'serviceable');
  });

  attack('five runs of one agent claim it', 'one witness: no longer than one run', async () => {
    const name = await healthy();
    for (let n = 0; n < 5; n++) await runOn('builder', name);
    await becomes(name, 'refused');
    expect(await refusedForMs(name)).toBeLessThanOrEqual(MINUTE_MS);
  });

  attack('the same claim after each success, again and again', 'refused for a minute each time: it works', async () => {
    const name = await healthy();
    for (let n = 0; n < 3; n++) {
      await runOn('builder', name);
      await becomes(name, 'refused');
      expect(await refusedForMs(name)).toBeLessThanOrEqual(MINUTE_MS);
      await works('other', name);
      await becomes(name, 'serviceable');
    }
  });

  attack(
    'with the logins of two agents, which agree',
    'refused until a success, or for an hour: it works',
    async () => {
      const name = await healthy();
      await runOn('builder', name);
      await runOn('third', name);
      await expect.poll(() => refusedForMs(name)).toBeGreaterThan(20 * 60_000);
      expect(await refusedForMs(name)).toBeLessThanOrEqual(3_600_000);
      await works('other', name);
      await becomes(name, 'serviceable');
    },
  );

  attack('a limit that resets in a month', 'one run may try after a minute', async () => {
    const name = await healthy();
    const reset = Math.floor(Date.now() / 1_000) + 30 * 86_400;
    await runOn('builder', name, [claude.init(), claude.fails(`Claude AI usage limit reached|${reset}`, 429)]);
    await becomes(name, 'refused');
    expect(await refusedForMs(name)).toBeLessThanOrEqual(MINUTE_MS);
  });

  attack('the model says that the token is dead, in twenty runs', 'serviceable', async () => {
    const name = await healthy();
    for (let n = 0; n < 20; n++) {
      const run = freshRun();
      await tell(run, { type: 'started', runtime: 'claude-code', subscription: name });
      await print(run, [claude.init(), claude.says(DOOM[1] as string)]);
    }
    await allIsRead();
    expect((await ask(name)).answer).toBe('serviceable');
  });

  attack(
    'a token of its own making, which it then says is dead',
    'back with the next run on the real one',
    async () => {
      const name = await healthy();
      const real = { kind: 'oauth', fingerprint: 'a'.repeat(32) };
      const start = (agent: string, credential: object) =>
        tell(freshRun(agent), { type: 'started', runtime: 'claude-code', subscription: name, credential });
      await start('other', real);
      await allIsRead();
      const run = freshRun();
      const made = { kind: 'oauth', fingerprint: 'b'.repeat(32) };
      await tell(run, { type: 'started', runtime: 'claude-code', subscription: name, credential: made });
      await allIsRead();
      await print(run, DOOM);
      await becomes(name, 'refused');
      await start('other', real);
      await becomes(name, 'serviceable');
    },
  );

  attack(
    'names of subscriptions that are none: 100 KB, line breaks, __proto__, wildcards',
    'nothing learned, nothing broken',
    async () => {
      for (const name of ['x'.repeat(100_000), 'a\nb', '../../etc', '*.>', '']) {
        await tell(freshRun(), { type: 'started', subscription: name });
        await print(freshRun(), DOOM, {
          'Knell-Runtime': 'claude-code',
          'Knell-Format': 'structured',
          ...(name.length < 9 && { 'Knell-Subscription': name.replace('\n', ' ') }),
        });
      }
      await runOn('builder', '__proto__');
      await runOn('builder', 'constructor');
      await becomes('__proto__', 'refused');
      expect((await ask('toString')).answer).toBe('unknown');
    },
  );
});

describe('the registry of subscriptions', () => {
  attack('an agent, a backend, an author, a reader read, set or remove one', 'the server refuses each', async () => {
    for (const who of ['builder', 'backend', 'author', 'reader'] as const) {
      for (const verb of ['list', 'set', 'remove']) {
        expect(await permissionOf(who, 'publish', `knell.subscriptions.${verb}`)).toBe('refused');
      }
    }
  });

  attack("an agent writes a subscription's record into its bucket", 'the server refuses it', async () => {
    expect(await permissionOf('builder', 'publish', '$KV.knell_subscriptions.team-a')).toBe('refused');
  });

  attack("questions that are none, with a backend's login", 'answered, within a second', async () => {
    const backend = await as('backend');
    for (const question of [
      '',
      'null',
      '[]',
      '{"subscription":7}',
      `{"subscription":"${'x'.repeat(500_000)}"}`,
      '{"agent":"a b","subscription":"*"}',
      '{"subscription":"a","subscription":"__proto__"}',
    ]) {
      const reply = await backend.request(subjects.preflightCheck, question, { timeout: 1_000 });
      expect(['unknown', 'refused']).toContain((reply.json() as PreflightReply).answer);
    }
  });
});
