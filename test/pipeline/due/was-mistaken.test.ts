import { expect, test } from 'vitest';
import { releaseRules } from '../../../src/contracts/fleet-mode.ts';
import type { Run } from '../../../src/contracts/run.ts';
import { claude } from '../../support/claude-lines.ts';
import { rulesFrom } from '../../support/rules.ts';
import { fleet, useMemoryFleet } from '../../support/use-memory-fleet.ts';

const rules = rulesFrom(`
signals:
  - { id: started, means: started, match: [{ event: system/init }] }
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
rules:
  - { id: expired, match: [{ event: result, text: 'token has expired' }] }
  - { id: login, match: [{ line: 'Login expired · Please run /login', quiet: 20s }] }
`);
const doom = claude.fails('OAuth token has expired', 401);
const banner = 'Login expired · Please run /login';
const runOf = (execution: string, agent = 'a1'): Run => ({ agent, execution, attempt: 1 });
useMemoryFleet(rules);

const shadow = async () => {
  await fleet.modes.put({ schema: 'knell.mode/v1', mode: 'shadow', shadowed: {} }, 0);
};
const mistakes = async () => (await fleet.modes.get())?.mode.mistakes ?? {};
const shadowed = async () => Object.keys((await fleet.modes.get())?.mode.shadowed ?? {});

/** A command went out, but the host had nothing left to end: the run had got over it and reported its result. */
async function getsOver(execution: string, { code = 0, agent = 'a1' } = {}): Promise<void> {
  const run = runOf(execution, agent);
  await fleet.say(run, [claude.init(), doom]);
  await fleet.say(run, [claude.init(), claude.succeeds()]);
  await fleet.exit(run, code);
  const command = fleet.publisher.aborts.find((one) => one.execution === execution);
  await fleet.ack(run, command?.command_id ?? '', 'already_finished');
}

/** Its rule would end a run that prints plain text: nothing works in its process tree any more. */
async function isSilentAfterBanner(run: Run): Promise<void> {
  await fleet.say(run, [banner]);
  const tree = fleet.watchTree(run);
  await fleet.clock.advance(30_000);
  tree.stop();
  expect(fleet.publisher.records().at(-1)).toMatchObject({ disposition: 'would_abort' });
}

test('a rule that was wrong about runs of two agents goes into shadow mode by itself, with a notice for each', async () => {
  await getsOver('e1');
  expect(await mistakes()).toEqual({ 'test/expired': ['a1.e1.1'] });
  expect(await shadowed()).toEqual([]);
  await getsOver('e2', { agent: 'a2' });
  expect(await shadowed()).toEqual(['test/expired']);
  expect(fleet.publisher.notices).toMatchObject([
    { kind: 'rules', rule: 'test/expired', wrong_runs: ['a1.e1.1'], shadowed: false },
    { kind: 'rules', rule: 'test/expired', wrong_runs: ['a1.e1.1', 'a2.e2.1'], shadowed: true },
  ]);
  await fleet.say(runOf('e3'), [claude.init(), doom]);
  expect(fleet.publisher.aborts.map(({ execution }) => execution)).toEqual(['e1', 'e2']);
});

/** The last version of each record of a run. */
const stands = (execution: string) => {
  const own = fleet.publisher.records().filter((record) => record.execution === execution);
  const last = new Map(own.map((record) => [record.record_id, record]));
  return [...last.values()].map(({ disposition, category }) => `${disposition} ${category}`);
};

test('no record says that a run failed which succeeded although its command was out', async () => {
  await getsOver('e1');
  expect(stands('e1')).toEqual(['suppressed auth.token_expired']);
  expect(fleet.publisher.records().at(-1)).toMatchObject({
    reason: 'the run succeeded, and no host had acted on its command',
  });
});

test('nor where no host answers, or the result is read after the exit', async () => {
  const run = runOf('e1');
  await fleet.say(run, [claude.init(), doom]);
  await fleet.exit(run);
  await fleet.clock.advance(60_000);
  await fleet.say(run, [claude.init(), claude.succeeds()]);
  expect(stands('e1')).toEqual(['suppressed auth.token_expired']);
  const other = runOf('e2');
  await fleet.say(other, [claude.init(), doom]);
  await fleet.say(other, [claude.init(), claude.succeeds()]);
  await fleet.clock.advance(20 * 60_000);
  await fleet.exit(other);
  expect(stands('e2')).toEqual(['suppressed auth.token_expired', 'recorded platform.command_unanswered']);
});

test('a run that fails by itself after its command has expired without an answer was not ended', async () => {
  const run = runOf('e1');
  await fleet.say(run, [claude.init(), doom]);
  await fleet.clock.advance(20 * 60_000);
  await fleet.exit(run, 1);
  expect(stands('e1')).toEqual(['recorded auth.token_expired', 'recorded platform.command_unanswered']);
});

test('the record of a run that its host ended stands, however late it says so', async () => {
  await getsOver('e1');
  const run = runOf('e2', 'a2');
  await fleet.say(run, [claude.init(), doom]);
  await fleet.say(run, [claude.init(), claude.succeeds()]);
  await fleet.exit(run);
  await fleet.clock.advance(60_000);
  expect(stands('e2')).toEqual(['suppressed auth.token_expired']);
  const command = fleet.publisher.aborts.find((one) => one.execution === 'e2');
  await fleet.ack(run, command?.command_id ?? '', 'terminated');
  expect(stands('e2')).toEqual(['aborted auth.token_expired']);
});

test('one agent alone does not switch a rule off, whatever it says of its runs', async () => {
  for (const execution of ['e1', 'e2', 'e3']) await getsOver(execution);
  expect(await mistakes()).toEqual({ 'test/expired': ['a1.e1.1'] });
  expect(await shadowed()).toEqual([]);
  await fleet.say(runOf('e4', 'a2'), [claude.init(), doom]);
  expect(fleet.publisher.aborts.map(({ execution }) => execution)).toEqual(['e1', 'e2', 'e3', 'e4']);
});

test('a rule that was released may be wrong about two again', async () => {
  await getsOver('e1');
  await getsOver('e2', { agent: 'a2' });
  const known = await fleet.modes.get();
  if (!known) throw new Error('nothing is known of the fleet');
  await fleet.modes.put(releaseRules(known.mode, 'test/expired'), known.revision);
  await getsOver('e3');
  expect(await shadowed()).toEqual([]);
  expect(await mistakes()).toEqual({ 'test/expired': ['a1.e3.1'] });
});

test('the same run counts once, however often its ack comes', async () => {
  await getsOver('e1');
  await getsOver('e1');
  expect(await mistakes()).toEqual({ 'test/expired': ['a1.e1.1'] });
});

test('a result that is read after the exit counts', async () => {
  await shadow();
  const run = runOf('e1');
  await fleet.say(run, [claude.init(), doom]);
  await fleet.exit(run);
  expect(await mistakes()).toEqual({});
  await fleet.say(run, [claude.init(), claude.succeeds()]);
  expect(await mistakes()).toEqual({ 'test/expired': ['a1.e1.1'] });
});

test('in shadow mode, plain text that went on to speak and exited with 0 counts', async () => {
  await shadow();
  const run = runOf('e1');
  await isSilentAfterBanner(run);
  await fleet.say(run, ['Signed in again. All 14 tests pass.']);
  await fleet.exit(run);
  expect(await mistakes()).toEqual({ 'test/login': ['a1.e1.1'] });
});

test.each([
  ['exits badly after its result', () => getsOver('e1', { code: 1 })],
  [
    'was ended by its host',
    async () => {
      const run = runOf('e1');
      await fleet.say(run, [claude.init(), doom]);
      await fleet.ack(run, fleet.publisher.aborts[0]?.command_id ?? '', 'terminated');
      await fleet.say(run, [claude.init(), claude.succeeds()]);
      await fleet.exit(run);
    },
  ],
  [
    'exits with 0 without a word after its failure',
    async () => {
      await shadow();
      const run = runOf('e1');
      await isSilentAfterBanner(run);
      await fleet.exit(run);
    },
  ],
])('a rule was not wrong about a run that %s', async (_what, happens) => {
  await happens();
  expect(await mistakes()).toEqual({});
});
