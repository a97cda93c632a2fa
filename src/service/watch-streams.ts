import type { JetStreamManager, NatsConnection, StreamInfo } from 'nats';
import { noticeId } from '../classify/ids.ts';
import { durationMs } from '../contracts/duration.ts';
import type { Notice } from '../contracts/notice.ts';
import type { StoreLoss } from '../contracts/store-loss.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import { formatTime } from '../contracts/time.ts';
import type { Logger } from '../logging/logger.ts';
import { paceWarnings } from '../logging/pace-warnings.ts';
import { ensureStreams, openProbes, openRules } from '../nats/ensure-streams.ts';
import type { LogBeginReader } from '../nats/log-begin.ts';
import type { StoreLossStore } from '../nats/store/store-loss-store.ts';
import { type StreamWatch, startStreamWatch } from '../nats/stream-watch.ts';
import type { Clock, Publisher } from '../pipeline/ports/ports.ts';
import { lostMessage } from './lost-message.ts';
import type { ServiceOptions } from './service-options.ts';

export interface WatchStreamsOptions {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly publisher: Pick<Publisher, 'notice'>;
  readonly logBegin: Pick<LogBeginReader, 'see'>;
  readonly takeHighest: (stream: string) => number;
  readonly keepPauses: (info: StreamInfo) => void;
  readonly losses: Pick<StoreLossStore, 'put'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly options: Pick<ServiceOptions, 'replicas' | 'published' | 'lookEveryMs'>;
}

const HOUR_MS = durationMs('1h');

const MADE_ANEW =
  'The NATS server has lost all streams and buckets of knell; they were made anew. What was stored before is gone: runs of that time may have no verdict, the mode of the fleet and what was known of subscriptions begin anew.';

/** Looks after the streams and buckets themselves. A store that was lost is made anew as at a start, with a notice; so is what one of them lost. */
export function watchStreams(options: WatchStreamsOptions): StreamWatch {
  const { connection, manager, subjects, clock, publisher, logBegin, takeHighest, keepPauses, losses, log } = options;
  const { replicas = 1, published, lookEveryMs } = options.options;

  const warn = paceWarnings(log);
  function tell(about: Pick<Notice, 'message'> & Partial<Notice>, subject: string): void {
    publisher
      .notice({ schema: 'knell.notice/v1', kind: 'gap', at: formatTime(clock.now()), ...about }, [subject])
      .catch((error: unknown) => log.warn({ err: error }, 'could not publish a notice'));
  }

  let loss: StoreLoss | undefined;
  /** Tried again at each look, until it is stored. */
  function keepLoss(found: StoreLoss = { at_ms: clock.now() }): void {
    loss = found;
    losses
      .put(found)
      .then(() => {
        if (loss === found) loss = undefined;
      })
      .catch((error: unknown) => warn({ err: error }, 'that the server lost what was stored could not be stored yet'));
  }

  let toldMs = Number.NEGATIVE_INFINITY;
  return startStreamWatch({
    manager,
    subjects,
    clock,
    takeHighest,
    events: {
      streamsChanged({ problems }) {
        if (problems.length > 0) log.error({ problems }, 'streams or buckets do not serve');
        else log.info('all streams and buckets serve again');
      },
      entriesLost(loss) {
        const { stream, lost, how } = loss;
        const message = lostMessage(loss);
        log.error({ stream, lost }, message);
        // The same from each worker, so that one notice is left of theirs.
        const { created, state } = loss.now;
        const hour = Math.floor(clock.now() / HOUR_MS);
        const mark =
          how === 'anew' ? ['anew', created] : how === 'back' ? ['back', `${hour}`] : ['lost', `${state.first_seq}`];
        tell({ notice_id: noticeId('gap', stream, ...mark), message, stream, missed: lost }, stream);
        // With the starts of runs in them, nothing tells what these had said. One that is another, or has gone back, is told in `storeLost`.
        if (stream === STREAMS.runs && how === 'dropped') keepLoss();
      },
      messagesDeleted({ stream, deleted }) {
        if (clock.now() - toldMs < HOUR_MS) return;
        toldMs = clock.now();
        // The same from each worker, so that one notice is left of theirs.
        const hour = Math.floor(toldMs / HOUR_MS);
        const message = `Somebody, or a limit of each subject, deleted messages of the stream ${stream} that stood between others: at least ${deleted}, and perhaps more within the hour. What they said is not known: runs that began before, or up to a minute after, are not ended for silence or a banner; their exit decides. See "knell nats permissions" for who may delete.`;
        log.warn({ stream, deleted }, message);
        tell({ notice_id: noticeId('gap', stream, 'deleted', String(hour)), message, stream, missed: deleted }, stream);
      },
      storeMadeAnew() {
        log.error(MADE_ANEW);
        tell({ message: MADE_ANEW }, 'store');
      },
      storeLost: (what) => keepLoss({ at_ms: clock.now(), ...what }),
    },
    onSeen(info) {
      if (info.config.name !== STREAMS.logs) return;
      logBegin.see(info);
      keepPauses(info);
      if (loss) keepLoss(loss);
    },
    async makeAnew() {
      await ensureStreams(connection, subjects, replicas);
      await openProbes(connection, { replicas });
      if (published) await openRules(connection, replicas);
    },
    ...(lookEveryMs !== undefined && { everyMs: lookEveryMs }),
  });
}
