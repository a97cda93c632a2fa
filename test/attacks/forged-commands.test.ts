import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect } from 'vitest';
import { commandId } from '../../src/classify/ids.ts';
import type { Run } from '../../src/contracts/run.ts';
import { newKeyPair, readSigningKey } from '../../src/signing/keys.ts';
import { SIGNATURE_HEADER, sign } from '../../src/signing/signature.ts';
import { abortCommand } from '../support/messages.ts';
import {
  allIsRead,
  as,
  attack,
  commandsFor,
  DOOM,
  expectAlive,
  freshRun,
  headersOf,
  permissionOf,
  print,
  recordsOf,
  stored,
  subjects,
  tell,
} from './attack.ts';
import { endOf, obeyingTap } from './obeying-tap.ts';
import type { Who } from './setup.ts';

/** Sets the clock of a process. */
const CLOCK = pathToFileURL(join(import.meta.dirname, '../faults/preload/clock.mjs')).href;

/** A command that looks in all like knell's, but for who made it. */
const forged = (run: Run, more: object = {}): string =>
  JSON.stringify({
    ...abortCommand(run),
    command_id: commandId(run),
    expires_at: new Date(Date.now() + 600_000).toISOString(),
    ...more,
  });

const ackFor = (run: Run, outcome: string, by = 'tap'): string =>
  JSON.stringify({
    schema: 'knell.ack/v1',
    command_id: commandId(run),
    ...run,
    outcome,
    by,
    at: new Date().toISOString(),
  });

describe('forged commands', () => {
  attack('an abort command with the login of the agent itself or of another', 'the server refuses it', async () => {
    for (const agent of ['builder', 'other']) {
      const run = freshRun(agent);
      expect(await permissionOf('builder', 'publish', subjects.aborts(run), forged(run))).toBe('refused');
    }
  });

  attack('an abort command of a backend, operator, author, reader', 'the server refuses each', async () => {
    const run = freshRun('other');
    for (const who of ['backend', 'operator', 'author', 'reader'] as const satisfies Who[]) {
      expect(await permissionOf(who, 'publish', subjects.aborts(run), forged(run))).toBe('refused');
    }
  });

  attack('an operator without the key switches the fleet into shadow mode', 'left out, and written anew', async () => {
    const bucket = await (await as('operator')).jetstream().views.kv('knell_fleet', { bindOnly: true });
    const shadow = { schema: 'knell.mode/v1', mode: 'shadow', shadowed: {}, serial: 1_000_000 };
    await bucket.put('mode', JSON.stringify(shadow));
    await expect.poll(async () => (await bucket.get('mode'))?.json()).not.toMatchObject({ mode: 'shadow' });
    const run = freshRun('other');
    await print(run, DOOM);
    await expect.poll(() => commandsFor(run)).toHaveLength(1);
  });

  attack('a failure record or a notice of anybody but knell', 'the server refuses each', async () => {
    for (const who of ['builder', 'backend', 'operator', 'author', 'reader'] as const satisfies Who[]) {
      for (const subject of ['knell.failures.auth.token_expired.other.e1.1', 'knell.notices.incident.team-a']) {
        expect(await permissionOf(who, 'publish', subject)).toBe('refused');
      }
    }
  });

  attack('the answer of a request put where a command stands', 'the tap is left alone, nothing is stored', async () => {
    const run = freshRun('other');
    const tap = await obeyingTap(run, ['cat']);
    const backend = await as('backend');
    const ack = `knell.acks.deputy.${run.execution}.1`;
    await backend.jetstream().publish(ack, forged(run));
    backend.publish(`$JS.API.DIRECT.GET.KNELL_ACKS.${ack}`, undefined, { reply: subjects.aborts(run) });
    backend.publish(ack, forged(run), { reply: subjects.aborts(run) });
    await backend.flush();
    await backend.jetstream().publish(ack, '{}');
    await expectAlive(run);
    expect([await endOf(tap), tap.stderr()]).toEqual([0, '']);
  });

  attack(
    'on a bus without permissions: unsigned, signed by another, changed, meant for another run',
    'a tap that knows the key goes on, and says so once',
    async () => {
      // The service's own login may publish there: what a bus without permissions lets everybody do.
      const run = freshRun('other');
      const tap = await obeyingTap(run, ['cat']);
      const knell = await as('knell');
      const stranger = readSigningKey(newKeyPair().privatePem);
      const subject = subjects.aborts(run);
      const payload = forged(run);
      for (const signature of [
        undefined,
        sign(subject, Buffer.from(payload), stranger),
        'v1',
        `v1 ${'0'.repeat(16)} AAAA`,
        `v9 ${sign(subject, Buffer.from(payload), stranger).slice(3)}`,
      ]) {
        const head = signature === undefined ? {} : { [SIGNATURE_HEADER]: signature };
        await knell.jetstream().publish(subject, payload, { headers: headersOf(head) });
      }
      expect(await endOf(tap)).toBe(0);
      expect(tap.stderr().match(/was not obeyed/g)).toHaveLength(1);
    },
  );

  attack(
    "an unsigned command, then knell's own, to a host whose clock is an hour ahead",
    "the tap obeys knell's alone, and needs no right that it has not",
    async () => {
      const run = freshRun('other');
      const tap = await obeyingTap(run, ['cat'], { NODE_OPTIONS: `--import ${CLOCK}`, SHIFT_MS: '3600000' });
      await (await as('knell')).jetstream().publish(subjects.aborts(run), forged(run));
      tap.child.stdin.write(`${DOOM.join('\n')}\n`);
      expect(await tap.exited).toBe(125);
      expect(tap.stderr().match(/was not obeyed/g)).toHaveLength(1);
      const [ack] = await stored('KNELL_ACKS', subjects.acks(run));
      expect(ack?.json()).toMatchObject({ outcome: 'terminated' });
    },
  );

  attack(
    "a message that is no command on the abort subject before knell's",
    "knell's own comes all the same, with a notice",
    async () => {
      const run = freshRun('other');
      await (await as('knell')).jetstream().publish(subjects.aborts(run), forged(run));
      await print(run, DOOM);
      await allIsRead();
      const messages = await stored('KNELL_ABORTS', subjects.aborts(run));
      expect(messages.map(({ header }) => header.has(SIGNATURE_HEADER))).toEqual([false, true]);
      const { execution } = run;
      expect(await stored('KNELL_NOTICES', `knell.notices.foreign_message.other.${execution}.1`)).toHaveLength(1);
    },
  );
});

describe('replayed commands', () => {
  attack('a command that knell signed for another run', 'a tap does not obey it', async () => {
    const [doomed, run] = [freshRun('other'), freshRun('other')];
    await print(doomed, DOOM);
    await allIsRead();
    const [own] = await stored('KNELL_ABORTS', subjects.aborts(doomed));
    const tap = await obeyingTap(run, ['cat']);
    await (await as('knell')).jetstream().publish(subjects.aborts(run), own?.data, {
      headers: headersOf({
        [SIGNATURE_HEADER]: own?.header.get(SIGNATURE_HEADER) ?? '',
      }),
    });
    expect(await endOf(tap)).toBe(0);
    expect(tap.stderr()).toContain('its signature does not fit');
  });

  attack('the command of an earlier process with the same run id', 'a tap does not obey it, and says so', async () => {
    const run = freshRun('other');
    await print(run, DOOM);
    await allIsRead();
    const tap = await obeyingTap(run, ['cat']);
    const [own] = await stored('KNELL_ABORTS', subjects.aborts(run));
    // Played again, as knell offers it: that is for the earlier process too.
    (await as('knell')).publish(subjects.aborts(run), own?.data, {
      headers: headersOf({
        [SIGNATURE_HEADER]: own?.header.get(SIGNATURE_HEADER) ?? '',
      }),
    });
    expect(await endOf(tap)).toBe(0);
    expect(tap.stderr()).toContain('was ended by knell before');
  });
});

describe('forged answers', () => {
  attack("an agent's answer for another's command", 'the server refuses it', async () => {
    const victim = freshRun('other');
    expect(await permissionOf('builder', 'publish', subjects.acks(victim), ackFor(victim, 'terminated'))).toBe(
      'refused',
    );
  });

  attack(
    "an answer on the own subject that names another's command",
    "the other's command stays unanswered",
    async () => {
      const [run, victim] = [freshRun(), freshRun('other')];
      await print(victim, DOOM);
      await allIsRead();
      await (await as('builder')).jetstream().publish(subjects.acks(run), ackFor(victim, 'terminated'));
      await (await as('builder'))
        .jetstream()
        .publish(subjects.acks(run), ackFor(run, 'terminated').replace(commandId(run), commandId(victim)));
      await tell(victim, { type: 'exited', code: 1 });
      await allIsRead();
      expect((await recordsOf(victim)).at(-1)).not.toHaveProperty('timings.command_to_ack_ms');
    },
  );

  attack('an answer before there is a command', 'the command is given all the same', async () => {
    const run = freshRun();
    await (await as('builder')).jetstream().publish(subjects.acks(run), ackFor(run, 'terminated'));
    await print(run, DOOM);
    await allIsRead();
    expect(await commandsFor(run)).toHaveLength(1);
  });
});
