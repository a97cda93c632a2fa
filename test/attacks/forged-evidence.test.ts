import { describe, expect } from 'vitest';
import { claude } from '../support/claude-lines.ts';
import {
  allIsRead,
  as,
  attack,
  commandsFor,
  DOOM,
  expectAlive,
  freshRun,
  permissionOf,
  print,
  recordsOf,
  stored,
  subjects,
  tell,
} from './attack.ts';

const DYING = claude.fails('OAuth token has expired', 401);
const TEXT = { 'Knell-Runtime': 'claude-code', 'Knell-Format': 'text' };
const BANNER = 'Login expired · Please run /login';

describe('forged evidence, in the own output', () => {
  attack('an honest run on a dead token, to compare with', 'ended', async () => {
    const run = freshRun();
    await print(run, DOOM);
    await allIsRead();
    expect(await commandsFor(run)).toMatchObject([{ ...run, category: 'auth.token_expired' }]);
  });

  attack('the model says the line of a failure, as text of its own', 'nothing', async () => {
    const run = freshRun();
    await print(run, [claude.init(), claude.says(DYING), claude.says(BANNER)]);
    await expectAlive(run);
    expect(await recordsOf(run)).toEqual([]);
  });

  attack('a tool prints it', 'nothing', async () => {
    const run = freshRun();
    await print(run, [claude.init(), claude.calls('Bash'), claude.toolSays(`${DYING}\n${BANNER}`)]);
    await expectAlive(run);
    expect(await recordsOf(run)).toEqual([]);
  });

  attack('a hook or tool writes a recorded failure of another session there', 'left out, with one notice', async () => {
    const run = freshRun();
    const recorded = JSON.stringify({ ...JSON.parse(DYING), session_id: 'recorded' });
    await print(run, [claude.init(), recorded, recorded]);
    await expectAlive(run);
    expect(await recordsOf(run)).toEqual([]);
    const notices = await stored('KNELL_NOTICES', `knell.notices.drift.builder.${run.execution}.1`);
    expect(notices.map((notice) => notice.json<{ what: string }>().what)).toEqual(['other_session']);
  });

  attack('a subagent fails of it', 'the run goes on', async () => {
    const run = freshRun();
    await print(run, [claude.init(), claude.synthetic(BANNER, 'authentication_failed', 'toolu_1')]);
    await expectAlive(run);
  });

  attack('a text run shows the line of a failure as its first', 'the run goes on', async () => {
    const run = freshRun();
    await print(run, [DYING], { 'Knell-Runtime': 'claude-code' });
    await expectAlive(run);
  });

  attack('a text run opens a structured stream in a code fence, and fails in it', 'the run goes on', async () => {
    const run = freshRun();
    await print(run, ['This is what it printed:', '```', ...DOOM, '```', 'I have mended that.'], TEXT);
    await print(run, ['Here it is again:', ...DOOM, 'Done.'], { 'Knell-Runtime': 'claude-code' });
    await expectAlive(run);
  });

  attack('a banner in prose, and then more work', 'a suspicion that came to nothing', async () => {
    const run = freshRun();
    await print(run, ['The screen said', BANNER], TEXT);
    await print(run, ['and I have mended the test for it.'], TEXT);
    await expectAlive(run);
  });

  attack('the failure inside a longer JSON value', 'nothing', async () => {
    const run = freshRun();
    await print(run, [claude.init(), JSON.stringify({ type: 'log', data: JSON.parse(DYING) }), `[${DYING}]`]);
    await expectAlive(run);
  });

  attack('a success, and then the failure: an echo of the past', 'nothing is ended', async () => {
    const run = freshRun();
    await print(run, [claude.init(), claude.succeeds()]);
    await print(run, [DYING]);
    await expectAlive(run);
  });

  attack('the failure on a stream that is declared as text', 'a suspicion, no command', async () => {
    const run = freshRun();
    await print(run, [DYING], TEXT);
    await expectAlive(run);
  });
});

describe("forged evidence, about another's run", () => {
  attack("lines on the subject of another agent's run", 'the server refuses it', async () => {
    const victim = freshRun('other');
    expect(await permissionOf('builder', 'publish', subjects.logs(victim, 'stdout'), DOOM.join('\n'))).toBe('refused');
    await expectAlive(victim);
  });

  attack(
    "another's run in the tag of a Fluent Bit record",
    "lines of the own run, nothing of the other's",
    async () => {
      const [run, victim] = [freshRun(), freshRun('other')];
      const rows = DOOM.map((log) => [1_795_363_700, { tag: subjects.logs(victim, 'stdout'), log }]);
      await print(run, Buffer.from(JSON.stringify(rows)), {});
      await print(run, Buffer.from(JSON.stringify(rows)), { 'Knell-Codec': 'fluent-bit' });
      await expectAlive(victim);
    },
  );

  attack("another's run in the fields of an envelope", "nothing of the other's", async () => {
    const [run, victim] = [freshRun(), freshRun('other')];
    const rows = DOOM.map((line) => JSON.stringify({ line, ...victim, subject: subjects.logs(victim, 'stdout') }));
    await print(run, rows, { 'Knell-Codec': 'ndjson' });
    await print(run, DOOM, { 'Knell-Run': `other.${victim.execution}.1`, 'Knell-Agent': 'other' });
    await expectAlive(victim);
  });

  attack("another's run in the payload of a run event", 'rejected', async () => {
    const [run, victim] = [freshRun(), freshRun('other')];
    const event = { schema: 'knell.run/v1', type: 'exited', ...victim, at: new Date().toISOString(), code: 137 };
    await (await as('builder')).jetstream().publish(subjects.runs(run), JSON.stringify(event));
    await expectAlive(victim);
    expect(await stored('KV_knell_runs', `$KV.knell_runs.other.${victim.execution}.1`)).toEqual([]);
  });

  attack(
    "another's run event with a backend's login, a later attempt",
    'the command is not offered again',
    async () => {
      // A backend may report any run: that is its right. It ends nothing by it.
      const victim = freshRun('other');
      await tell(victim, { type: 'started' });
      await tell({ ...victim, attempt: 2 }, { type: 'started' }, 'backend');
      await expectAlive(victim);
    },
  );
});

describe('forged times', () => {
  attack(
    'lines printed in the years 1, 1970, 9999 and on the 99th of May',
    'judged by the time they were stored',
    async () => {
      for (const time of [
        '0001-01-01T00:00:00Z',
        '1970-01-01T00:00:00Z',
        '9999-12-31T23:59:59.999Z',
        '2026-05-99T00:00:00Z',
      ]) {
        const run = freshRun();
        const head = {
          'Knell-Runtime': 'claude-code',
          'Knell-Format': 'structured',
          'Knell-Time': time,
          'Knell-Line': '9'.repeat(15),
        };
        await print(run, DOOM, head);
        await allIsRead();
        const [command] = await commandsFor(run);
        expect(Math.abs(Date.parse(command?.issued_at ?? '') - Date.now())).toBeLessThan(60_000);
        expect(Date.parse(command?.expires_at ?? '') - Date.now()).toBeLessThan(20 * 60_000);
      }
    },
  );

  attack(
    'run events dated 2031 and 1999, an exit before the start',
    'nothing is ended, silence is reckoned from now',
    async () => {
      const run = freshRun();
      await tell(run, { type: 'exited', code: 1, at: '1999-01-01T00:00:00Z' });
      await tell(run, { type: 'started', runtime: 'claude-code', at: '2031-01-01T00:00:00Z', timeout_s: 1e12 });
      await tell(run, {
        type: 'heartbeat',
        at: '1999-01-01T00:00:00Z',
        tree: { processes: 1, cpu_ms: 0, tools: 0, idle_ms: 1e12 },
      });
      await print(run, [claude.init(), claude.says('Working.')]);
      await expectAlive(run);
    },
  );

  attack('a heartbeat that says the tree is idle for a year, after a banner in prose', 'no command', async () => {
    const run = freshRun();
    await tell(run, { type: 'started', runtime: 'claude-code' });
    await print(run, ['I have read the log, which says', BANNER], TEXT);
    await tell(run, { type: 'heartbeat', tree: { processes: 1, cpu_ms: 0, tools: 0, idle_ms: 3e10 } });
    await expectAlive(run);
  });
});
