import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runKey } from '../../src/contracts/run.ts';
import { isAgent } from '../../src/tap/process/agent-pipeline.ts';
import { systemTreeSampler } from '../../src/tap/process/tree-sample.ts';
import { runTap } from '../../src/tap/run-tap.ts';
import { killAll } from '../support/live-processes.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { createRecordingLink } from '../support/recording-link.ts';

/*
 * Real shells with steps before an agent under the tap. Each waits at a named pipe for the test, so that no case depends on how
 * fast this machine is.
 */
const RUN = { agent: 'a', execution: `early-${process.pid}`, attempt: 1 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'knell-early-'));
  execFileSync(
    'mkfifo',
    ['step', 'agent', 'end'].map((name) => join(folder, name)),
  );
  // A known agent by its name, whose script stands behind `-c`.
  symlinkSync('/bin/sh', join(folder, 'claude'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a line under the tap. `go` lets what waits at a pipe go on; `heard` gives how early the line was that the tap has heard. */
function start(line: readonly string[]) {
  const clock = createManualClock(Date.UTC(2026, 10, 30, 12));
  const link = createRecordingLink();
  const sampler = systemTreeSampler({ marker: `KNELL_RUN=${runKey(RUN)}` });
  let [root, isOver] = [0, false];
  const over = runTap({
    run: RUN,
    link,
    command: line[0] as string,
    args: line.slice(1),
    cwd: folder,
    runtime: 'claude-code',
    stdout: new PassThrough().resume(),
    stderr: new PassThrough().resume(),
    signals: new EventEmitter(),
    clock: { ...clock, wall: clock.now },
    sampler: {
      ...sampler,
      sample: (pid) => {
        root = pid;
        return sampler.sample(pid);
      },
    },
  }).finally(() => {
    isOver = true;
  });
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      await clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    clock,
    until,
    processes: () => sampler.sample(root),
    go: (pipe: string) => writeFile(join(folder, pipe), '\n'),
    async heard(text: string) {
      const has = () => link.chunks.find(({ payload }) => payload.includes(text));
      await until(() => has() !== undefined);
      const { early, isAlone } = has() as (typeof link.chunks)[number];
      return { early, isAlone };
    },
    async end() {
      killAll(sampler.sample(root).map(({ pid }) => pid));
      await until(() => isOver);
      await over;
    },
  };
}

const AGENT = `./claude -c "read _ < agent; echo 'Login expired'; read _ < end"`;

describe.runIf(process.platform === 'linux')("a shell's line", () => {
  it.each([
    ['a command', `sh -c "echo 'A step.'"; read _ < step; ${AGENT}`],
    ['words of its own, whose place the agent takes', `echo 'A step.'; read _ < step; exec ${AGENT}`],
    ['a command in a pipeline of its own', `sh -c "echo 'A step.'" | cat; read _ < step; ${AGENT} | cat`],
  ])('has what stands before its agent called early, and not what that prints: %s', async (_what, line) => {
    const { heard, go, until, clock, end, processes } = start(['sh', '-c', line]);
    try {
      expect(await heard('A step.')).toEqual({ early: 'certain', isAlone: undefined });
      await go('step');
      await until(() => processes().some(({ isNamed }) => isNamed));
      // Within two seconds of the step; a look sees the agent, and what waited to be read then has been read.
      await clock.advance(1_000);
      await go('agent');
      expect(await heard('Login expired')).toEqual({ early: undefined, isAlone: true });
    } finally {
      await end();
    }
  });

  const script = `echo 'A step.'; read _ < step; ${AGENT}\n`;
  it.each([
    ['a script', script, ['sh', 'run.sh']],
    ['a script that a line runs', script, ['sh', '-c', 'cd . && sh run.sh']],
    ['a line that can not be read', '', ['sh', '-c', `${script} : <<EOF\nEOF\n`]],
    ['a line with a substitution', '', ['sh', '-c', `D=$(pwd); ${script}`]],
    ['a line of several agents', '', ['sh', '-c', `${script} && claude -p Go`]],
    ['a line that asks for its agent', '', ['sh', '-c', `command -v ./claude >/dev/null && ${script}`]],
    ['a line behind a program that is not known', '', ['setpriv', '--no-new-privs', 'sh', '-c', script]],
    ['a line of env', '', ['env', '-S', `sh -c "${script.replaceAll('"', '\\"').trim()}"`]],
  ])('is read for the steps before its agent: %s', async (_what, text, command) => {
    writeFileSync(join(folder, 'run.sh'), text);
    const { heard, go, until, clock, end, processes } = start(command);
    try {
      expect((await heard('A step.')).early).toBe('certain');
      await go('step');
      await until(() => processes().some(({ pid }) => isAgent(pid)));
      await clock.advance(1_000);
      await go('agent');
      expect((await heard('Login expired')).early).toBeUndefined();
    } finally {
      await end();
    }
  });

  it.each([
    ['behind a step', "echo 'Begin.'; "],
    ['at the beginning', ''],
  ])('is early again once an agent in it is gone: one %s', async (_what, before) => {
    const first = './claude -c "read _ < agent" && ';
    const { heard, go, until, clock, end, processes } = start([
      'sh',
      '-c',
      `${before}${first}echo 'A step.'; read _ < step; ${AGENT}`,
    ]);
    const isThere = () => processes().some(({ pid }) => isAgent(pid));
    try {
      await until(isThere);
      await clock.advance(1_000);
      await go('agent');
      // The shell may print in the moment in which the agent ends.
      expect(['certain', 'possible']).toContain((await heard('A step.')).early);
      await until(() => !isThere());
      await clock.advance(1_000);
      await go('step');
      await until(isThere);
      await clock.advance(1_000);
      await go('agent');
      expect((await heard('Login expired')).early).toBeUndefined();
    } finally {
      await end();
    }
  });

  it.each([
    ['alone', ''],
    ['behind what prints nothing', 'cd . && export A=b && exec '],
    ['before a pipe', '', ' | cat'],
  ])('with nothing before its agent has no early words: %s', async (_what, before, behind = '') => {
    const words = `./claude -c "echo 'Login expired'; read _ < end"`;
    const { heard, end } = start(['sh', '-c', `${before}${words}${behind}`]);
    try {
      expect((await heard('Login expired')).early).toBeUndefined();
    } finally {
      await end();
    }
  });

  it('says of words of an agent that nobody had seen that they may be its own', async () => {
    const { heard, go, end } = start(['sh', '-c', `cat step; ./claude -c "echo 'Login expired'; read _ < end"`]);
    try {
      await go('step');
      const { early } = await heard('Login expired');
      expect([undefined, 'possible']).toContain(early);
    } finally {
      await end();
    }
  });
});

it('an agent without a shell is never early', async () => {
  const { heard, end } = start([join(folder, 'claude'), '-c', "echo 'Login expired'; read _ < end"]);
  try {
    expect((await heard('Login expired')).early).toBeUndefined();
  } finally {
    await end();
  }
});
