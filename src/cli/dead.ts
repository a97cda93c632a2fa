import { Command } from 'commander';
import type { JetStreamManager, NatsConnection } from 'nats';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { excerpt } from '../decode/excerpt.ts';
import { normaliseText } from '../decode/normalise-text.ts';
import {
  type DeadLetter,
  findDeadLetter,
  isDeadLetter,
  readDeadLetters,
  retryDeadLetter,
} from '../nats/dead-letters.ts';
import { openJetStream } from '../nats/open-jetstream.ts';
import { UsageError } from '../service/config.ts';
import { EXIT } from './exit-codes.ts';
import { natsOption } from './nats-option.ts';
import { table } from './terminal/table.ts';
import { withNats } from './with-nats.ts';

interface DeadOptions {
  readonly nats?: string;
  readonly json?: true;
  readonly all?: true;
}

/** `knell dead`: messages that failed three times for their own sake. */
export function deadCommand(): Command {
  const dead = new Command('dead').description('messages that could not be handled: what failed, why, and another try');
  dead
    .command('list')
    .description('all of them, oldest first; exits 1 when there are any')
    .addOption(natsOption())
    .option('--json', 'one a row')
    .action(async (options: DeadOptions) => {
      const letters = await withDead(options, async ({ manager, subjects }) => {
        const found: DeadLetter[] = [];
        for await (const letter of readDeadLetters(manager, subjects)) found.push(letter);
        return found;
      });
      process.stdout.write(
        options.json ? letters.map((letter) => `${JSON.stringify(asJson(letter))}\n`).join('') : asTable(letters),
      );
      if (letters.length > 0) process.exitCode = EXIT.found;
    });
  dead
    .command('show')
    .description('one of them, with the beginning of what it says')
    .argument('<number>', 'as "knell dead list" tells it')
    .addOption(natsOption())
    .option('--json', 'print it as JSON')
    .action(async (number: string, options: DeadOptions) => {
      const letter = await withDead(options, ({ manager, subjects }) => mustFind(manager, subjects, number));
      process.stdout.write(options.json ? `${JSON.stringify(asJson(letter))}\n` : asText(letter));
    });
  dead
    .command('retry')
    .description('publish them again as they came, and take them from the list')
    .argument('[number...]', 'as "knell dead list" tells them')
    .option('--all', 'all that are there now')
    .addOption(natsOption())
    .option('--json', 'how many, as JSON')
    .addHelpText(
      'after',
      `
A message that is tried again is the newest of its run: what the run has said since stands before it.

Examples:
  knell dead list
  knell dead retry 3 4
  knell dead retry --all`,
    )
    .action(async (numbers: string[], options: DeadOptions) => {
      if (numbers.length > 0 === (options.all === true)) {
        throw new UsageError('which dead letters? Give their numbers, or --all');
      }
      const count = await withDead(options, async ({ connection, manager, subjects }) => {
        const letters: DeadLetter[] = [];
        if (options.all) for await (const letter of readDeadLetters(manager, subjects)) letters.push(letter);
        else for (const number of numbers) letters.push(await mustFind(manager, subjects, number));
        let published = 0;
        for (const letter of letters) {
          try {
            await retryDeadLetter(connection.jetstream(), manager, withData(letter));
            published += 1;
          } catch (error) {
            if (!(error instanceof UsageError) || !options.all) throw error;
            process.stderr.write(`knell: ${error.message}\n`);
            process.exitCode = EXIT.usage;
          }
        }
        return published;
      });
      process.stdout.write(options.json ? `${JSON.stringify({ published: count })}\n` : `published ${count} again\n`);
    });
  return dead;
}

interface Dead {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly subjects: Subjects;
}

function withDead<T>(options: DeadOptions, use: (dead: Dead) => Promise<T>): Promise<T> {
  return withNats(options.nats, async (connection, subjects) => {
    const manager = await openJetStream(connection);
    // Where the stream is missing, that there are no dead letters would be no answer.
    await manager.streams.info(STREAMS.dead);
    return use({ connection, manager, subjects });
  });
}

async function mustFind(manager: JetStreamManager, subjects: Subjects, number: string): Promise<DeadLetter> {
  const seq = /^[1-9][0-9]{0,14}$/.test(number) ? Number(number) : undefined;
  const letter = seq === undefined ? undefined : await findDeadLetter(manager, subjects, seq);
  if (!letter) throw new UsageError(`there is no dead letter ${number}: "knell dead list" tells which there are`);
  return letter;
}

function withData(letter: DeadLetter): DeadLetter & { readonly data: Buffer } {
  const { data } = letter;
  if (!isDeadLetter(letter)) {
    throw new UsageError(
      `message ${letter.seq} of ${STREAMS.dead} is no dead letter: another program published it, so it stays where it is`,
    );
  }
  if (data) return { ...letter, data };
  throw new UsageError(
    `dead letter ${letter.seq} was too long to be kept whole: publish it again from message ${letter.streamSeq} of ${letter.stream}`,
  );
}

function asJson({ data, ...letter }: DeadLetter) {
  return { ...letter, bytes: data?.length ?? null, payload: data?.toString('base64') ?? null };
}

function asTable(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'there are no dead letters\n';
  const rows = letters.map(({ seq, diedAt, subject, reason }) => [String(seq), diedAt, subject, excerpt(reason)]);
  return table(['NUMBER', 'SINCE', 'SUBJECT', 'REASON'], rows);
}

function asText({ seq, subject, stream, streamSeq, storedAt, diedAt, reason, headers, data }: DeadLetter): string {
  const lines = [
    `dead letter ${seq}`,
    `  subject   ${subject}`,
    `  from      message ${streamSeq} of ${stream}, stored ${storedAt}`,
    `  died      ${diedAt}`,
    `  reason    ${excerpt(reason)}`,
    ...headers.map(([name, value]) => `  header    ${name}: ${excerpt(value)}`),
    data ? `  says      ${excerpt(normaliseText(data.toString('utf8')))}` : '  says      too long to be kept here',
  ];
  return `${lines.join('\n')}\n`;
}
