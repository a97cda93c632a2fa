import { type JetStreamManager, type MsgHdrs, type NatsConnection, headers as newHeaders } from 'nats';
import { AbortCommand } from '../contracts/abort-command.ts';
import { parseJson } from '../contracts/parse-json.ts';
import type { Run } from '../contracts/run.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import type { Publisher } from '../pipeline/ports/ports.ts';
import type { Signing } from '../signing/keys.ts';
import { SIGNATURE_HEADER, sign } from '../signing/signature.ts';
import { ownCommand } from './own-command.ts';
import { publishOnce } from './publish-once.ts';
import { cameSecond } from './store/compare-and-set.ts';
import { lastMessage } from './stored-message.ts';

const MAX_SENT = 1_000;
/** So many commands are remembered, to look before one is published once more. */
const MAX_COMMANDS = 10_000;

/** Characters that may stand in a subject token; a notice may be about any name. */
function subjectToken(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, '_') || '_';
}

/** How often a command is published behind foreign messages before its evidence is looked at again later. */
const MOST_TRIES = 5;

/**
 * Publishes decisions to JetStream. Every call settles when the server has confirmed that it is stored.
 *
 * @param signing what abort commands are signed with; left out: they are not
 */
export function createPublisher(
  connection: NatsConnection,
  manager: JetStreamManager,
  subjects: Subjects,
  signing?: Signing,
): Publisher {
  const jetstream = connection.jetstream();
  /** Ids of the notices that were published last: a run that says the same a thousand times causes one publication. */
  const sent = new Set<string>();
  /**
   * Ids of the commands that were published last. The stream refuses a copy, but whoever listens live gets it all the same:
   * a message that comes again and again, since the run's state can't be stored, must not command each time.
   */
  const commanded = new Set<string>();
  const { key, trusted } = signing ?? {};

  /** Tells of a message that stood where only knell publishes. */
  async function tellForeign(subject: string, run: Run): Promise<void> {
    const notice = {
      schema: 'knell.notice/v1',
      kind: 'foreign_message',
      at: formatTime(Date.now()),
      message: `A message that is not knell's stood on ${subject}, or had taken its id; knell has published its own behind it. Only knell should be allowed to publish there: see "knell nats permissions".`,
      subject,
      ...run,
    } as const;
    const about = subjects.notices(notice.kind, run.agent, run.execution, `${run.attempt}`);
    await publishOnce(
      jetstream,
      manager,
      { stream: STREAMS.notices, subject: about, payload: JSON.stringify(notice), msgID: `foreign.${subject}` },
      (stored) => fieldOf(stored, 'subject') === subject,
    );
  }

  function signed(subject: string, payload: Uint8Array): MsgHdrs {
    const head = newHeaders();
    if (key) head.set(SIGNATURE_HEADER, sign(subject, payload, key));
    return head;
  }

  return {
    async abort(command) {
      const { agent, execution, attempt } = command;
      const run = { agent, execution, attempt };
      const subject = subjects.aborts(run);
      const payload = Buffer.from(JSON.stringify(command));
      const isRepeated = commanded.has(command.command_id);
      if (isRepeated && (await ownCommand(manager, subjects, run, trusted, command))) return 'already_there';
      remember(commanded, command.command_id, MAX_COMMANDS);
      let lastSubjectSequence = 0;
      // Behind a foreign message it has no id: that can be taken too, and the expected sequence is what holds.
      let id: { msgID?: string } = { msgID: command.command_id };
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        try {
          // The attempt's subject may hold one command, ever. The stream is the latch, whichever worker comes first.
          const options = { ...id, headers: signed(subject, payload), expect: { lastSubjectSequence } };
          const { duplicate } = await jetstream.publish(subject, payload, options);
          if (!duplicate) {
            if (tries > 0) await tellForeign(subject, run);
            return 'published';
          }
        } catch (error) {
          if (!cameSecond(error)) throw error;
        }
        if (await ownCommand(manager, subjects, run, trusted, command)) return 'already_there';
        lastSubjectSequence = (await lastMessage(manager, STREAMS.aborts, subject))?.seq ?? 0;
        id = {};
      }
      throw new Error(`foreign messages keep coming on ${subject}; the command could not be published`);
    },
    async given(run) {
      const message = await ownCommand(manager, subjects, run, trusted);
      return message && AbortCommand.parse(parseJson(message.data));
    },
    async offer(run) {
      const subject = subjects.aborts(run);
      const command = await ownCommand(manager, subjects, run, trusted);
      // A plain publish reaches every subscriber; the stream refuses the copy by the expected sequence.
      if (command) {
        const head = newHeaders();
        for (const name of ['Nats-Msg-Id', SIGNATURE_HEADER]) {
          const value = command.header.get(name);
          if (value) head.set(name, value);
        }
        head.set('Nats-Expected-Last-Subject-Sequence', '0');
        connection.publish(subject, command.data, { headers: head });
      }
    },
    async record(record, revision = 0) {
      const { agent, execution, attempt } = record;
      const run = { agent, execution, attempt };
      const subject = subjects.failures(record.category, run);
      const { record_id } = record;
      // Two workers that race may name one version of a record differently: neither is a repetition of the other.
      const msgID = [record_id, record.category, ...(revision === 0 ? [] : [revision])].join('.');
      const payload = JSON.stringify(record);
      const stored = await publishOnce(
        jetstream,
        manager,
        { stream: STREAMS.failures, subject, payload, msgID },
        (known) => fieldOf(known, 'record_id') === record_id,
      );
      if (stored === 'foreign') await tellForeign(subject, run);
    },
    async notice(notice, subject) {
      const { notice_id: id } = notice;
      if (id !== undefined && sent.has(id)) return;
      const about = subjects.notices(notice.kind, ...subject.map(subjectToken));
      const payload = JSON.stringify(notice);
      if (id === undefined) {
        await jetstream.publish(about, payload);
        return;
      }
      await publishOnce(
        jetstream,
        manager,
        { stream: STREAMS.notices, subject: about, payload, msgID: id },
        (stored) => fieldOf(stored, 'notice_id') === id,
      );
      remember(sent, id, MAX_SENT);
    },
  };
}

/** Adds an id, and forgets the oldest where there are more than `most`. */
function remember(ids: Set<string>, id: string, most: number): void {
  ids.add(id);
  if (ids.size > most) ids.delete(ids.values().next().value as string);
}

/** A field of a stored message; undefined where it has none. */
function fieldOf(stored: unknown, name: string): unknown {
  return typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>)[name] : undefined;
}
