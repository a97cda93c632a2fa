import type { AbortCommand } from '../contracts/abort-command.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import type { Notice } from '../contracts/notice.ts';
import { type Run, runKey } from '../contracts/run.ts';
import type { Publisher } from '../pipeline/ports/ports.ts';

export interface MemoryPublisher extends Publisher {
  readonly aborts: readonly AbortCommand[];
  /** The newest version of each record, in the order they first came. */
  readonly records: () => FailureRecord[];
  readonly notices: readonly Notice[];
}

/**
 * Keeps what is published, in process.
 *
 * @param onAbort called for each abort command, and again each time it is offered
 * @param onNew called for each message that is news: not for repetitions, but for a later version of a record
 */
export function createMemoryPublisher(
  onAbort: (command: AbortCommand) => void = () => undefined,
  onNew: (message: AbortCommand | FailureRecord | Notice) => void = () => undefined,
): MemoryPublisher {
  const aborts: AbortCommand[] = [];
  const records = new Map<string, FailureRecord>();
  const notices: Notice[] = [];
  const commandOf = (run: Run) => aborts.find((known) => runKey(known) === runKey(run));
  return {
    aborts,
    records: () => [...records.values()],
    notices,
    async abort(command) {
      if (aborts.some((known) => runKey(known) === runKey(command))) return 'already_there';
      aborts.push(command);
      onNew(command);
      onAbort(command);
      return 'published';
    },
    given: async (run) => commandOf(run),
    async offer(run) {
      const command = commandOf(run);
      if (command) onAbort(command);
    },
    async record(record, revision = 0) {
      if (revision === 0 && records.has(record.record_id)) return;
      records.set(record.record_id, record);
      onNew(record);
    },
    async notice(notice) {
      if (notices.some((known) => known.notice_id !== undefined && known.notice_id === notice.notice_id)) return;
      notices.push(notice);
      onNew(notice);
    },
  };
}
