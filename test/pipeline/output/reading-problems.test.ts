import { describe, expect, test } from 'vitest';
import type { Run } from '../../../src/contracts/run.ts';
import { encodingProblem } from '../../../src/pipeline/output/reading-problems.ts';
import { claude } from '../../support/claude-lines.ts';
import { startMemoryFleet } from '../../support/memory-fleet.ts';
import { rulesFrom } from '../../support/rules.ts';
import { fleet, useMemoryFleet } from '../../support/use-memory-fleet.ts';

const rules = rulesFrom(
  `
rules:
  - id: token-expired
    match: [{ event: result, text: 'token has expired' }, { line: 'token has expired', exit: true }]
`,
  'any',
);
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const doom = [claude.init(), claude.fails('OAuth token has expired', 401)];
const docker = (line: string) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-01-29T16:29:20Z' });
useMemoryFleet(rules);
const notices = () => fleet.publisher.notices.map(({ kind, what }) => `${kind} ${what}`);

describe('output that can not be read', () => {
  test('is noticed once for a run, and what can be read is read', async () => {
    const codec = { 'Knell-Codec': 'docker' };
    await fleet.say(run, ['no docker row', ...doom.map(docker)], 'stdout', 'claude-code', codec);
    await fleet.say(run, ['another one'], 'stdout', 'claude-code', codec);
    expect(notices()).toEqual(['drift unread_output']);
    expect(fleet.publisher.aborts).toMatchObject([{ category: 'auth.token_expired' }]);
  });

  test('is noticed where nothing of a message can be read, or its codec does not exist', async () => {
    await fleet.say(run, ['{'], 'stdout', 'claude-code', { 'Knell-Codec': 'ndjson' });
    await fleet.say({ ...run, execution: 'e2' }, ['x'], 'stdout', 'claude-code', { 'Knell-Codec': 'gelf' });
    expect(notices()).toEqual(['drift unread_output', 'drift unread_output']);
    expect(fleet.publisher.notices[1]?.message).toContain('the codec "gelf" is unknown');
  });

  test('is no line that an agent printed: an unreadable row hits no rule', async () => {
    await fleet.say(run, ['token has expired'], 'stdout', 'claude-code', { 'Knell-Codec': 'docker' });
    await fleet.exit(run, 1);
    expect(fleet.publisher.aborts).toEqual([]);
  });

  test('is named where it is UTF-16 or no text at all', () => {
    expect(encodingProblem(Buffer.from('Login expired\n', 'utf16le'))?.message).toContain('UTF-16LE');
    expect(encodingProblem(Buffer.alloc(64))?.message).toContain('bytes that are no text');
    expect(encodingProblem(Buffer.from('a\0b as find -print0 prints it, once in a while'))).toBeUndefined();
    expect(encodingProblem(Buffer.from('plain'))).toBeUndefined();
  });
});

describe('a runtime that is not known', () => {
  test('is noticed once, with what was most likely meant, and read as any agent', async () => {
    await fleet.start(run, { runtime: 'cluade-code' });
    await fleet.say(run, ['token has expired'], 'stdout', 'cluade-code');
    expect(notices()).toEqual(['drift unknown_runtime']);
    expect(fleet.publisher.notices[0]?.message).toContain('Did you mean "claude-code"?');
    await fleet.exit(run, 1);
    expect(fleet.publisher.records()).toMatchObject([{ category: 'auth.token_expired' }]);
  });
});

describe("a message's headers", () => {
  test('declare the format: JSON in a text run is what a model printed', async () => {
    await fleet.say(run, doom, 'stdout', 'claude-code', { 'Knell-Format': 'text' });
    expect(fleet.publisher.aborts).toEqual([]);
  });

  test('declare the format: the first line of a structured run may be its failure', async () => {
    await fleet.say(run, doom.slice(1), 'stdout', 'claude-code', { 'Knell-Format': 'structured' });
    expect(fleet.publisher.aborts).toMatchObject([{ category: 'auth.token_expired' }]);
  });

  test('say nothing of the format: a failure opens no stream, and an opening behind a banner does', async () => {
    await fleet.say(run, doom.slice(1));
    expect(fleet.publisher.aborts).toEqual([]);
    const other = { ...run, execution: 'e2' };
    await fleet.say(other, ['> agent@1.0.0 start', 'npm warn old package']);
    await fleet.say(other, doom);
    expect(fleet.publisher.aborts).toMatchObject([other]);
  });

  test('make a payload what they say: an agent can smuggle no envelope', async () => {
    const text = JSON.stringify([[1, { tag: 'knell.logs.a1.e1.1.stdout', log: doom.join('\n') }]]);
    await fleet.say(run, [text, docker(doom[1] as string)]);
    expect(fleet.publisher.aborts).toEqual([]);
  });
});

describe('a runtime that only a pack knows', () => {
  test('prints plain text, and the rules of its pack are tried on it', async () => {
    const own = rulesFrom("rules: [{ id: lost, match: [{ line: 'CREDENTIAL LOST', exit: true }] }]", 'my-agent');
    const mine = await startMemoryFleet(own);
    await mine.say(run, ['CREDENTIAL LOST'], 'stdout', 'my-agent');
    await mine.exit(run, 1);
    expect(mine.publisher.records()).toMatchObject([{ category: 'auth.token_expired', runtime: { name: 'my-agent' } }]);
    expect(mine.publisher.notices).toEqual([]);
    await mine.stop();
  });
});
