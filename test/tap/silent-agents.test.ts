import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import { startLocalLink } from '../../src/memory/tap-link.ts';
import { systemTreeSampler } from '../../src/tap/process/tree-sample.ts';
import { ENDED_BY_KNELL, runTap } from '../../src/tap/run-tap.ts';
import { rulesFrom } from '../support/rules.ts';

/*
 * Real agents under the tap, with real process trees, looked at every 40 ms; the rule wants half a second of silence.
 */
const RULES = rulesFrom("rules: [{ id: banner, match: [{ line: 'Login expired', quiet: 500ms }] }]", 'generic');

async function tap(script: string, command = 'sh', flag = '-c') {
  const run = { agent: 'a', execution: `e${Math.random()}`.replace('.', ''), attempt: 1 };
  const link = await startLocalLink({ run, runtime: 'generic', rules: RULES, policy: DEFAULT_POLICY });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stdout.resume();
  stderr.resume();
  const { exitCode } = await runTap({
    run,
    link,
    command,
    args: [flag, script],
    runtime: 'generic',
    obey: true,
    stdout,
    stderr,
    heartbeatMs: 40,
    sampler: { sample: systemTreeSampler().sample, everyMs: 40 },
    interruptGraceMs: 100,
    terminateGraceMs: 100,
  });
  return exitCode;
}

const SERVANT = `
  const { spawn } = require('node:child_process');
  const servant = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'pipe', 'ignore'] });
  setTimeout(() => {
    console.log('Login expired');
    THEN
  }, 1_500);
`;
const HANGS = 'setInterval(() => {}, 1_000);';
const WORKS = `
  const tool = spawn('sleep', ['1.5'], { detached: true });
  tool.once('exit', () => { console.log('That is what it printed.'); servant.kill(); process.exitCode = 5; });
`;

describe.concurrent('an agent that prints a banner', { timeout: 60_000 }, () => {
  it.each([
    ['and hangs', "echo 'Login expired'; exec sleep 3600"],
    [
      'twice, with a full stop behind it, and hangs',
      "echo 'Login expired'; echo 'Login expired'; echo .; exec sleep 3600",
    ],
  ])('%s is ended', async (_what, script) => {
    expect(await tap(script)).toBe(ENDED_BY_KNELL);
  });

  it('and hangs beside a servant that it has had from the start is ended', async () => {
    expect(await tap(SERVANT.replace('THEN', HANGS), process.execPath, '-e')).toBe(ENDED_BY_KNELL);
  });

  it.each([
    ['runs a tool as its child', "echo 'Login expired'; sleep 2; echo done; exit 5"],
    ['had a tool at work before', "sleep 2 & echo 'Login expired'; wait; echo done; exit 5"],
    ['runs a tool in a session of its own', "echo 'Login expired'; setsid --wait sleep 2; echo done; exit 5"],
    ['runs a hook before it ends', "echo 'Login expired'; sleep 2; exit 5"],
    [
      'works without a child',
      "echo 'Login expired'; end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do :; done; exit 5",
    ],
  ])('and %s is not', async (_what, script) => {
    expect(await tap(script)).toBe(5);
  });

  it('and runs a tool beside a servant is not', async () => {
    expect(await tap(SERVANT.replace('THEN', WORKS), process.execPath, '-e')).toBe(5);
  });
});
