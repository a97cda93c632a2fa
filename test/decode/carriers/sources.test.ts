import { expect, it } from 'vitest';
import { compose } from '../../../src/decode/carriers/compose.ts';
import { docker } from '../../../src/decode/carriers/docker.ts';
import { isAgentName, onlyAgents } from '../../../src/decode/carriers/sources.ts';
import { AT, opened } from './opened.ts';

it.each(['agent-1', 'pod/coding-worker-7d9c', 'ci-runner', 'AGENTS', 'my-claude-box', 'dispatcher'])(
  'takes %s for an agent',
  (name) => {
    expect(isAgentName(name, ['claude'])).toBe(true);
  },
);

it.each(['db-1', 'reagent', 'robotics', ''])('takes %j for none', (name) => {
  expect(isAgentName(name, ['claude'])).toBe(false);
});

const TEST = { isName: (name: string) => name === 'agent', isEvent: (raw: Buffer) => raw.toString() === 'event' };
const only = (...lines: readonly string[]) =>
  onlyAgents(
    compose,
    lines.map((line) => Buffer.from(line)),
    TEST,
  );

it('opens the lines of agents by name or by event, and no others', () => {
  const carrier = only('agent | a', 'web | event', 'db | text');
  expect(carrier && opened(carrier, 'agent | x')).toEqual([{ text: 'x', source: 'agent' }]);
  expect(carrier && opened(carrier, 'web | y')).toEqual([{ text: 'y', source: 'web' }]);
  expect(carrier && opened(carrier, 'db | z')).toBeUndefined();
});

it('is no carrier where no line is an agent’s', () => {
  expect(only('db | text')).toBeUndefined();
});

it('leaves a carrier that names no one as it is', () => {
  const row = Buffer.from(JSON.stringify({ log: 'text\n', stream: 'stdout', time: AT }));
  expect(onlyAgents(docker, [row], TEST)).toBe(docker);
});

it('opens the lines of the one service that systemd says has failed', () => {
  const failed = 'systemd | triage.service: Main process exited, code=exited, status=1/FAILURE';
  const carrier = only('triage | a', failed);
  expect(carrier && opened(carrier, 'triage | x')).toEqual([{ text: 'x', source: 'triage' }]);
  expect(carrier && opened(carrier, failed)).toBeUndefined();
  expect(only('triage | a', 'sshd | b', failed)).toBeUndefined();
  expect(only('other | a', failed)).toBeUndefined();
  expect(only('triage | a', 'systemd | Started triage.service.')).toBeUndefined();
});
