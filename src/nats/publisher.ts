import { type JetStreamClient, NatsError } from 'nats';
import type { Subjects } from '../contracts/subjects.ts';
import type { Publisher } from '../pipeline/ports.ts';

/** JetStream's error code for "wrong last sequence": the subject has a message already. */
const WRONG_LAST_SEQUENCE = 10071;

/** Characters that may stand in a subject token; a notice may be about any name. */
function subjectToken(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, '_') || '_';
}

/** Publishes decisions to JetStream. Every call settles when the server has confirmed that it is stored. */
export function createPublisher(jetstream: JetStreamClient, subjects: Subjects): Publisher {
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
        if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) return 'already_there';
        throw error;
      }
    },
    async record(record, revision = 0) {
      const { agent, execution, attempt } = record;
      const subject = subjects.failures(record.category, { agent, execution, attempt });
      const msgID = revision === 0 ? record.record_id : `${record.record_id}.${revision}`;
      await jetstream.publish(subject, JSON.stringify(record), { msgID });
    },
    async notice(notice, subject) {
      const options = notice.notice_id === undefined ? {} : { msgID: notice.notice_id };
      await jetstream.publish(
        subjects.notices(notice.kind, ...subject.map(subjectToken)),
        JSON.stringify(notice),
        options,
      );
    },
  };
}
