import { describe, expect } from 'vitest';
import { commandId, recordId } from '../../src/classify/ids.ts';
import { createKnellClient } from '../../src/client/client.ts';
import type { Run } from '../../src/contracts/run.ts';
import {
  allIsRead,
  as,
  attack,
  commandsFor,
  DOOM,
  expectStillJudges,
  freshRun,
  print,
  recordsOf,
  stored,
  subjects,
  target,
} from './attack.ts';

/*
 * JetStream stores a message id once in two minutes for a stream, whoever came first. Agents may publish to three streams;
 * what is tried on the others a bus without permissions lets everybody do: here with the service's own login.
 */

async function take(who: 'builder' | 'knell', subject: string, ...ids: string[]): Promise<void> {
  const jetstream = (await as(who)).jetstream();
  for (const msgID of ids) await jetstream.publish(subject, '{}', { msgID });
}

/** A backend that ends whatever it is told to, until it has answered for this run. */
async function backendFor(run: Run): Promise<string[]> {
  const client = await createKnellClient({ nats: target.logins.backend, by: 'dispatcher' });
  await new Promise<void>((resolve) => {
    void client.onAbort(({ execution }) => {
      if (execution === run.execution) setImmediate(resolve);
      return 'terminated';
    });
  });
  await client.close();
  return (await stored('KNELL_ACKS', subjects.acks(run))).map(
    ({ data }) => JSON.parse(Buffer.from(data).toString()).outcome,
  );
}

describe('message ids that are taken first', () => {
  attack(
    "an agent takes the id of a backend's answer for another's run",
    'the answer is stored all the same',
    async () => {
      const victim = freshRun('other');
      await take('builder', 'knell.acks.builder.x.1', `${commandId(victim)}.dispatcher`);
      await print(victim, DOOM);
      expect(await backendFor(victim)).toEqual(['terminated']);
    },
  );

  attack("an agent takes what could be the ids of another's output and run events", 'all of it is stored', async () => {
    const victim = freshRun('other');
    const name = `other.${victim.execution}.1`;
    await take('builder', 'knell.logs.builder.x.1.stdout', ...[`${name}.stdout.0`, name, `${name}.00000000.stdout.0`]);
    await print(victim, DOOM);
    await allIsRead();
    expect(await commandsFor(victim)).toHaveLength(1);
  });

  attack("the id of knell's command, and those it would take next", "knell's own comes all the same", async () => {
    const victim = freshRun('other');
    const id = commandId(victim);
    await take('knell', 'knell.aborts.x.y.1', id, `${id}.0`, `${id}.1`);
    await print(victim, DOOM);
    await allIsRead();
    expect(await commandsFor(victim)).toHaveLength(1);
  });

  attack("the id of knell's record, and those it would take next", 'the record is stored all the same', async () => {
    const victim = freshRun('other');
    const id = `${recordId(victim, 'verdict')}.auth.token_expired`;
    await take('knell', 'knell.failures.auth.token_expired.x.y.1', id, `${id}.own`, `${id}.1`, `${id}.2`);
    await print(victim, DOOM);
    await allIsRead();
    expect(await recordsOf(victim)).toHaveLength(1);
  });

  attack(
    "the id of knell's record, by a message with its record id elsewhere",
    'the record is stored all the same',
    async () => {
      const victim = freshRun('other');
      const id = recordId(victim, 'verdict');
      await (await as('knell'))
        .jetstream()
        .publish('knell.failures.auth.token_expired.x.y.1', JSON.stringify({ record_id: id }), {
          msgID: `${id}.auth.token_expired`,
        });
      await print(victim, DOOM);
      await allIsRead();
      expect(await recordsOf(victim)).toHaveLength(1);
    },
  );

  attack('the id of the notice about a foreign message', 'it is told all the same', async () => {
    const victim = freshRun('other');
    await take('knell', 'knell.notices.x', `foreign.${subjects.aborts(victim)}`);
    await take('knell', subjects.aborts(victim), 'mine');
    await print(victim, DOOM);
    await allIsRead();
    expect(await commandsFor(victim).catch(() => [])).toBeDefined();
    expect(await stored('KNELL_NOTICES', `knell.notices.foreign_message.other.${victim.execution}.1`)).toHaveLength(1);
    await expectStillJudges();
  });
});
