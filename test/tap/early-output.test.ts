import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runKey } from '../../src/contracts/run.ts';
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
    clock,
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

  it('says of words of an agent that nobody had seen that they may be its own', async () => {
    const { heard, go, end } = start(['sh', '-c', `read _ < step; ./claude -c "echo 'Login expired'; read _ < end"`]);
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
