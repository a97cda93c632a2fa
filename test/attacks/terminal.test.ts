import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { commandId } from '../../src/classify/ids.ts';
import { claude } from '../support/claude-lines.ts';
import { KNELL } from '../support/tap-process.ts';
import { allIsRead, as, attack, freshRun, print, subjects, target, tell } from './attack.ts';

/** Sets the title, clears the screen, turns text round, overwrites the line, and adds one. */
const STEERS = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eevil\u202c\r\n\u2066OK: nothing wrong\u2069\u0008\u200b';
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

const work = mkdtempSync(join(tmpdir(), 'knell-terminal-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const run = freshRun();
const name = `${run.agent}.${run.execution}.1`;
const log = join(work, 'agent.log');

const lines = [
  claude.init().replace('2.1.197', JSON.stringify(`2.1${STEERS}`).slice(1, -1)),
  claude.says(`Look: ${STEERS}`),
  claude.calls(`Bash${STEERS}`),
  JSON.stringify({ type: 'system', subtype: `flux${STEERS}`, error: `Flux ${STEERS} is out` }),
  claude.fails(`${STEERS} OAuth token has expired ${STEERS}`, 401),
];

beforeAll(async () => {
  await tell(run, {
    type: 'started',
    runtime: `claude${STEERS}`,
    subscription: `team ${STEERS}`,
    credential: { kind: 'oauth', fingerprint: `f${STEERS}` },
  });
  await tell(run, { type: 'started', subscription: 'team-steered' });
  await tell(freshRun(), { type: 'started', runtime: `claude${STEERS}`, subscription: `a\u202eb\u2066c` });
  await allIsRead();
  await print(run, lines);
  await print(run, [STEERS, `Error: ${STEERS} Login expired · Please run /login`], {}, 'stderr');
  await allIsRead();
  const ack = {
    schema: 'knell.ack/v1',
    command_id: commandId(run),
    ...run,
    outcome: 'terminated',
    at: new Date().toISOString(),
  };
  await (await as('builder')).jetstream().publish(subjects.acks(run), JSON.stringify({ ...ack, by: `tap${STEERS}` }));
  await tell(run, { type: 'exited', code: null, signal: `SIGKILL${STEERS}` });
  await allIsRead();
  writeFileSync(log, `${lines.join('\n')}\n${STEERS}\n`);
});

/** What a command prints for people, with colours taken off. */
async function printed(
  args: readonly string[],
  who: 'operator' | 'author' | undefined,
  untilText?: string,
): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1', ...(who && target.environments[who]) };
  const child = spawn(process.execPath, [KNELL, ...args], { env, cwd: process.cwd() });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      if (untilText !== undefined && text.includes(untilText)) child.kill('SIGINT');
    });
  }
  await new Promise((resolve) => child.once('close', resolve));
  return text;
}

/** What a tap says itself: all else is the agent's, passed through unchanged. */
const ownLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('knell'))
    .join('\n');

describe('what steers a terminal, in all that an agent can say', () => {
  for (const [what, args, who, untilText] of [
    ['knell runs list', ['runs', 'list'], 'operator'],
    ['knell runs show', ['runs', 'show', name], 'operator'],
    ['knell why, of a run', ['why', name], 'operator'],
    ['knell why, of a log', ['why', log], undefined],
    ['knell watch', ['watch', '--since', '10m'], 'operator', run.execution],
    ['knell subscriptions list', ['subscriptions', 'list'], 'operator'],
    ['knell mode', ['mode'], 'operator'],
    ['knell rules report', ['rules', 'report'], 'operator'],
    ['knell dead list', ['dead', 'list'], 'operator'],
    ['knell scan', ['scan', log], undefined],
    ['knell rules explain', ['rules', 'explain', log], undefined],
    [
      'knell tap --local',
      [
        'tap',
        '--local',
        '--runtime',
        'claude',
        '--',
        'sh',
        '-c',
        `cat ${log} >/dev/null; tail -n 3 ${log} >&2; exit 1`,
      ],
      undefined,
    ],
  ] as const) {
    attack(what, 'nothing of it is printed', async () => {
      const text = await printed(args, who, untilText);
      expect(text.length).toBeGreaterThan(10);
      const own = what === 'knell tap --local' ? ownLines(text) : text;
      const at = own.search(STEERING);
      expect(at < 0 ? '' : JSON.stringify(own.slice(Math.max(0, at - 80), at + 40))).toBe('');
    });
  }
});
