import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect } from 'vitest';
import { createRunCgroup } from '../../src/tap/process/run-cgroup.ts';
import { claude } from '../support/claude-lines.ts';
import { killAll, liveProcesses } from '../support/live-processes.ts';
import type { TapProcess } from '../support/tap-process.ts';
import { allIsRead, attack, commandsFor, DOOM, expectStillJudges, freshRun, stored, subjects } from './attack.ts';
import { obeyingTap } from './obeying-tap.ts';

const work = mkdtempSync(join(tmpdir(), 'knell-processes-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const left: number[] = [];
afterEach(() => killAll(left.splice(0)));

writeFileSync(join(work, 'doom'), `${DOOM.join('\n')}\n`);
writeFileSync(join(work, 'init'), `${claude.init()}\n`);
writeFileSync(join(work, 'dying'), `${DOOM[1]}\n`);

/** An agent that starts these, prints that it is doomed when it reads a line, and goes on for ever. */
const agent = (script: string) => [
  'sh',
  '-c',
  `trap '' INT TERM; cat '${work}/init'; ${script}\nread go; cat '${work}/dying'; while :; do sleep 1; done`,
];

/** Runs it under a real tap until it is ended; tells of the processes that it wrote down. */
async function endedWith(script: string, names: readonly string[]) {
  const run = freshRun('other');
  const tap = await obeyingTap(run, [
    'env',
    `HOME=${work}`,
    ...agent(script.replaceAll('@', `${work}/${run.execution}-`)),
  ]);
  const pids: number[] = [];
  for (const name of names) {
    await expect.poll(() => pidIn(join(work, `${run.execution}-${name}`))).toBeGreaterThan(1);
    pids.push(pidIn(join(work, `${run.execution}-${name}`)));
  }
  left.push(...pids);
  tap.child.stdin.write('go\n');
  const code = await tap.exited;
  const acks = await stored('KNELL_ACKS', subjects.acks(run));
  const outcomes = acks.map(({ data }) => JSON.parse(Buffer.from(data).toString('utf8')).outcome as string);
  return { code, alive: liveProcesses(pids), outcomes, tap };
}

function pidIn(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

describe('processes that would outlive their run', () => {
  attack('one that ignores SIGINT and SIGTERM, in the background', 'killed; the answer is "terminated"', async () => {
    const { code, alive, outcomes } = await endedWith(`sh -c "trap '' INT TERM; echo \\$\\$ > @a; exec sleep 600" &`, [
      'a',
    ]);
    expect({ code, alive, outcomes }).toEqual({ code: 125, alive: [], outcomes: ['terminated'] });
  });

  attack('one in a session of its own', 'killed; the answer is "terminated"', async () => {
    const { code, alive, outcomes } = await endedWith(
      `setsid sh -c 'echo $$ > @a; exec sleep 600' </dev/null >/dev/null 2>&1 &`,
      ['a'],
    );
    expect({ code, alive, outcomes }).toEqual({ code: 125, alive: [], outcomes: ['terminated'] });
  });

  attack('one that was orphaned by a double fork', 'killed; the answer is "terminated"', async () => {
    const { code, alive, outcomes } = await endedWith(
      `(setsid sh -c '(echo $$ > @a; exec sleep 600) & echo $! > @b' </dev/null >/dev/null 2>&1 &)`,
      ['b'],
    );
    expect({ code, alive, outcomes }).toEqual({ code: 125, alive: [], outcomes: ['terminated'] });
  });

  const probe = createRunCgroup(`knell-probe-${process.pid}`);
  probe?.remove();
  const seen = probe
    ? 'killed by its control group; the answer is "terminated"'
    : 'on this host, where no control group can be made: not found';
  attack('one that clears its environment, calls setsid and forks twice', seen, async () => {
    const leave = `env -i setsid sh -c 'sh -c "echo \\$\\$ > @a; exec sleep 600" & exit 0' </dev/null >/dev/null 2>&1`;
    const { code, alive, outcomes } = await endedWith(leave, ['a']);
    expect({ code, alive: alive.length, outcomes }).toEqual({
      code: 125,
      alive: probe ? 0 : 1,
      outcomes: ['terminated'],
    });
  });
});

describe("lines written into the agent's standard output by what it started", () => {
  const endOfRun = async (tap: TapProcess) => {
    tap.child.stdin.end();
    return await tap.exited;
  };

  attack(
    'the line of a failure through /proc/<pid>/fd/1',
    "ends that run and no other: what stands there is taken for the run's",
    async () => {
      const run = freshRun('other');
      const tap = await obeyingTap(run, [
        'env',
        `HOME=${work}`,
        'sh',
        '-c',
        `cat '${work}/init'; sh -c "cat '${work}/dying' > /proc/$$/fd/1" & read go`,
      ]);
      await expect.poll(async () => (await commandsFor(run)).length).toBe(1);
      await tap.exited;
      await expectStillJudges();
    },
  );

  attack(
    'the line of a failure through the standard output of another run',
    'that run is ended: whoever may write there is that run for knell',
    async () => {
      // The same user on the same host: the kernel lets it. Run agents as users of their own to prevent it.
      const run = freshRun('other');
      const tap = await obeyingTap(run, ['sh', '-c', `cat '${work}/init'; echo $$ > ${work}/victim; read go`]);
      await expect.poll(() => pidIn(join(work, 'victim'))).toBeGreaterThan(1);
      writeFileSync(`/proc/${pidIn(join(work, 'victim'))}/fd/1`, `${DOOM[1]}\n`);
      await expect.poll(async () => (await commandsFor(run)).length).toBe(1);
      await endOfRun(tap);
    },
  );

  attack('half a line, ten thousand lines, zero bytes, a line of 8 MB', 'passed through, the tap lives', async () => {
    const run = freshRun('other');
    const noise = `printf 'half'; head -c 8000000 /dev/zero | tr '\\0' x; echo; yes '{"type":"x"}' | head -n 10000; head -c 1000 /dev/zero; echo`;
    const tap = await obeyingTap(run, ['sh', '-c', `${noise}; read go; echo end`]);
    tap.child.stdin.write('go\n');
    expect(await endOfRun(tap)).toBe(0);
    expect(tap.stdout().length).toBeGreaterThan(8_000_000);
    await allIsRead();
    expect(await commandsFor(run)).toEqual([]);
  });
});
