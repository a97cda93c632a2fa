import { headers, type JetStreamManager, type NatsConnection } from 'nats';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { Publisher } from '../pipeline/ports/ports.ts';
import { cameSecond } from './store/compare-and-set.ts';
import { lastMessage } from './stored-message.ts';

const MAX_TOLD = 1_000;

/** Characters that may stand in a subject token; a notice may be about any name. */
function subjectToken(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, '_') || '_';
}

/** Publishes decisions to JetStream. Every call settles when the server has confirmed that it is stored. */
export function createPublisher(connection: NatsConnection, manager: JetStreamManager, subjects: Subjects): Publisher {
  const jetstream = connection.jetstream();
  /** Ids of the notices that were published last: a run that says the same a thousand times causes one publication. */
  const told = new Set<string>();
  return {
    async abort(command) {
      const { agent, execution, attempt } = command;
      try {
        // The attempt's subject may hold one message, ever. The stream is the latch, whichever worker comes first.
        const confirmed = await jetstream.publish(
          subjects.aborts({ agent, execution, attempt }),
          JSON.stringify(command),
          {
            msgID: command.command_id,
            expect: { lastSubjectSequence: 0 },
          },
        );
        return confirmed.duplicate ? 'already_there' : 'published';
      } catch (error) {
        if (cameSecond(error)) return 'already_there';
        throw error;
      }
    },
    async offer(run) {
      const subject = subjects.aborts(run);
      const command = await lastMessage(manager, STREAMS.aborts, subject);
      // A plain publish reaches every subscriber; the stream refuses the copy by the expected sequence.
      if (command) {
        const head = headers();
        head.set('Nats-Msg-Id', command.header.get('Nats-Msg-Id'));
        head.set('Nats-Expected-Last-Subject-Sequence', '0');
        connection.publish(subject, command.data, { headers: head });
      }
    },
    async record(record, revision = 0) {
      const { agent, execution, attempt } = record;
      const subject = subjects.failures(record.category, { agent, execution, attempt });
      const msgID = revision === 0 ? record.record_id : `${record.record_id}.${revision}`;
      await jetstream.publish(subject, JSON.stringify(record), { msgID });
    },
    async notice(notice, subject) {
      const { notice_id: id } = notice;
      if (id !== undefined && told.has(id)) return;
      await jetstream.publish(
        subjects.notices(notice.kind, ...subject.map(subjectToken)),
        JSON.stringify(notice),
        id === undefined ? {} : { msgID: id },
      );
      if (id === undefined) return;
      told.add(id);
      if (told.size > MAX_TOLD) told.delete(told.values().next().value as string);
    },
  };
}
