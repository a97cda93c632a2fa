import type { NatsConnection, Subscription } from 'nats';
import { AbortCommand } from '../contracts/abort-command.ts';
import { Ack } from '../contracts/ack.ts';
import { FailureRecord } from '../contracts/failure-record.ts';
import { type Run, runKey } from '../contracts/run.ts';
import type { Subjects } from '../contracts/subjects.ts';
import { excerpt } from '../decode/excerpt.ts';
import { splitLines } from '../decode/split-lines.ts';
import type { createTimeline } from './timeline.ts';

export interface Fleet {
  readonly aborts: readonly AbortCommand[];
  readonly records: readonly FailureRecord[];
  untilAcknowledged(runs: readonly Run[]): Promise<void>;
  stop(): Promise<void>;
}

/** How much of what a talkative run says is shown. */
const LINES_SHOWN = 6;

/** Listens to everything on the wire as a backend would, and prints it as it happens. */
export function watchFleet(
  connection: NatsConnection,
  subjects: Subjects,
  timeline: ReturnType<typeof createTimeline>,
): Fleet {
  const aborts: AbortCommand[] = [];
  const records: FailureRecord[] = [];
  const acked = new Set<string>();
  const said = new Map<string, number>();
  let wake: () => void = () => undefined;

  const listen = (subject: string, take: (data: Buffer, subject: string) => void): Subscription =>
    connection.subscribe(subject, {
      callback: (_error, message) => take(Buffer.from(message.data), message.subject),
    });
  const subscriptions = [
    listen(subjects.all('logs'), (data, subject) => {
      const agent = subjects.parseLogs(subject)?.run.agent ?? subject;
      for (const line of splitLines(data)) {
        const count = (said.get(agent) ?? 0) + 1;
        said.set(agent, count);
        if (count <= LINES_SHOWN) timeline.says(agent, gist(line.toString('utf8')));
        else if (count === LINES_SHOWN + 1) timeline.says(agent, '… and so on');
      }
    }),
    listen(subjects.all('aborts'), (data) => {
      const command = AbortCommand.parse(JSON.parse(data.toString('utf8')));
      if (aborts.some(({ command_id }) => command_id === command.command_id)) return;
      aborts.push(command);
      timeline.decides(
        command.agent,
        `abort: ${command.category}, ${command.grade} evidence, by ${command.rule.pack}/${command.rule.id}; next: ${command.next_action}`,
      );
    }),
    listen(subjects.all('failures'), (data) => {
      records.push(FailureRecord.parse(JSON.parse(data.toString('utf8'))));
    }),
    listen(subjects.all('acks'), (data) => {
      const ack = Ack.parse(JSON.parse(data.toString('utf8')));
      acked.add(runKey(ack));
      timeline.decides(ack.agent, `acknowledged: ${ack.outcome}`);
      wake();
    }),
  ];
  return {
    aborts,
    records,
    async untilAcknowledged(runs) {
      while (!runs.every((run) => acked.has(runKey(run)))) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async stop() {
      for (const subscription of subscriptions) await subscription.drain();
    },
  };
}

/** What a line is about, short enough for the eye. */
function gist(line: string): string {
  const event = JSON.parse(line) as {
    type?: string;
    subtype?: string;
    error_status?: number;
    result?: string;
    message?: { content?: { text?: string; content?: string }[] };
  };
  const name = [event.type, event.subtype].filter(Boolean).join('/');
  const status = event.error_status === undefined ? '' : ` ${event.error_status}`;
  const part = event.message?.content?.[0];
  return `${name}${status}  ${excerpt(event.result ?? part?.text ?? part?.content ?? '', 70)}`;
}
