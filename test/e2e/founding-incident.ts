import { execFile } from 'node:child_process';
import type { InstalledAgent } from '../capture/install-agent.ts';
import { ANSWERS, type Answer } from '../capture/stub/answers.ts';
import type { Channel } from './channels.ts';
import { type Client, nameOf } from './clients.ts';
import { finalRecord } from './judge.ts';
import { runCell } from './run-cell.ts';
import { SCENARIOS } from './scenarios.ts';

/** The longest from the first typed evidence to the command, in seconds. */
const COMMAND_S = 1;

export interface Incident {
  readonly client: Client;
  readonly agent: InstalledAgent;
  readonly rules: string;
  readonly entry: string;
  readonly channel: Channel;
  /** Of the nats-server. */
  readonly url: string;
}

/**
 * The incident that knell was built for, as it was: an OAuth token has expired, the client prints JSON. The command comes at once, the record
 * names the cause, preflight refuses with it, and a new token flows.
 */
export async function foundingIncident({ client, agent, rules, entry, channel, url }: Incident) {
  const scenario = SCENARIOS.find(({ name }) => name === 'expired token');
  if (!scenario) throw new Error('there is no scenario of an expired token');
  const execution = `incident-${client.version.replaceAll('.', '-')}`;
  const subscription = `sub-${execution}`;
  const row = (what: string, expected: string, seen: string, isOk: boolean, seconds = '–') => ({
    client: nameOf(client),
    scenario: `founding incident: ${what}`,
    channel: channel.name,
    expected,
    seen,
    seconds,
    verdict: isOk ? 'ok' : 'WRONG',
  });
  const cell = { client, agent, rules, entry, channel, format: 'json' } as const;
  const ask = () => preflight(entry, url, subscription);

  const doomed = await runCell({ ...cell, scenario, execution });
  const command = doomed.words.find(({ schema }) => schema === 'knell.abort/v1');
  const record = finalRecord(doomed.words);
  const evidence = command?.evidence?.[0];
  const printedMs = doomed.lines.filter(({ stream }) => stream === evidence?.stream)[evidence?.line ?? -1]?.ms;
  const afterS =
    command && printedMs !== undefined ? (Date.parse(command.issued_at ?? '') - printedMs) / 1_000 : undefined;
  const refusal = await ask();

  const healthy = { ...scenario, answer: (): Answer => ANSWERS['200'] };
  const renewed = await runCell({
    ...cell,
    scenario: healthy,
    execution: `${execution}-new`,
    subscription,
    env: { CLAUDE_CODE_OAUTH_TOKEN: 'a-new-token' },
  });
  const flowing = await ask();
  return [
    row(
      'command after the first typed evidence',
      `≤ ${COMMAND_S} s`,
      command ? `${command.category}, ${command.grade}` : 'no command',
      (afterS ?? 99) <= COMMAND_S,
      afterS?.toFixed(2),
    ),
    row(
      'final record',
      'auth.token_expired',
      `${record?.category} (${record?.disposition})`,
      record?.category === 'auth.token_expired',
    ),
    row(
      'preflight on the old token',
      'refused, auth.token_expired',
      `${refusal.answer}: ${refusal.reason}`,
      refusal.answer === 'refused' && /expired/.test(refusal.reason),
    ),
    row('a run with a new token', 'exit 0', `exit ${renewed.code}`, renewed.code === 0),
    row(
      'preflight on the new token',
      'not refused',
      `${flowing.answer}: ${flowing.reason}`,
      flowing.answer !== 'refused',
    ),
  ];
}

function preflight(entry: string, url: string, subscription: string): Promise<{ answer: string; reason: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [entry, 'preflight', '--json', '--nats', url, '--subscription', subscription],
      (_error, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout));
        } catch {
          resolve({ answer: 'none', reason: `${stdout}${stderr}` });
        }
      },
    );
  });
}
