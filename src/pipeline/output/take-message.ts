import type { ReadingProblem } from '../../classify/reading-notice.ts';
import { LOG_HEADERS } from '../../contracts/log-headers.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { StreamFormat } from '../../decode/decoder.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import type { RuleCosts } from '../fleet/rule-costs.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import type { LogMessage } from '../ports/ports.ts';
import { declaredBy, firstLineNumber } from './message-facts.ts';
import { type Chunk, type ChunkRow, readChunk } from './read-chunk.ts';
import { createReadingProblems, encodingProblem, runtimeProblem, unreadOutput } from './reading-problems.ts';
import type { RunContexts } from './stream-context.ts';

/** The lines of a message that some rule could be about, and the rules that said so. */
export interface Candidates {
  readonly message: LogMessage;
  readonly rows: readonly ChunkRow[];
  readonly ruleSet: RuleSet;
}

/** What became of a message when it was first looked at. */
export interface Taken {
  candidates?: Candidates | undefined;
  /** Settles when what can't be read in it has been reported. */
  noted?: Promise<void> | undefined;
}

/** How long a message waits after something outside failed, in milliseconds. */
const RETRY_MS = 1_000;

/** Has a message handed out again after a while, because something outside failed. */
export function retryMessage(message: LogMessage, telemetry: PipelineOptions['telemetry'], error: unknown): void {
  telemetry.messageRetried({ subject: message.subject, error });
  message.retry(RETRY_MS, error);
}

/**
 * Makes the first look at a message: the lines that have to be looked at. Where there are none, or it can't be read, it is
 * settled; what can't be read is reported before. Never throws.
 */
export function createTaker(
  options: PipelineOptions,
  contexts: Pick<RunContexts, 'knownFormat'>,
  costs: Pick<RuleCosts, 'rules'>,
): (message: LogMessage) => Taken {
  const { telemetry } = options;
  const problems = createReadingProblems(options);

  function take(message: LogMessage): Taken {
    try {
      const ruleSet = costs.rules();
      const chunk = readChunk({
        data: message.data,
        stream: message.stream,
        subject: message.subject,
        codec: message.header(LOG_HEADERS.codec),
        labelled: () => message.labelled,
        unlabelled: options.unlabelled,
        firstLine: () => firstLineNumber(message),
        candidates: (data, streams) => ruleSet.candidates(data, formatOfAll(message, streams)),
      });
      const problem = problemWith(message, chunk, ruleSet);
      const taken: Taken =
        chunk.ok && chunk.rows.length > 0 ? { candidates: { message, rows: chunk.rows, ruleSet } } : {};
      if (chunk.ok) telemetry.chunkRead({ bytes: message.data.length, candidates: chunk.rows.length });
      const settle = () => {
        if (!chunk.ok) reject(message, chunk.reason);
        else if (!taken.candidates) message.ack();
      };
      if (!problem) {
        settle();
        return taken;
      }
      // What can't be read is reported before the message is settled.
      taken.noted = problems
        .tell(message.run, problem)
        ?.then(settle)
        .catch((error) => {
          taken.candidates = undefined;
          retryMessage(message, telemetry, error);
        });
      if (!taken.noted) settle();
      return taken;
    } catch (error) {
      retryMessage(message, telemetry, error);
      return {};
    }
  }

  /** The format of all the lines in a message, where it is one and known without asking. */
  function formatOfAll(message: LogMessage, streams: readonly StreamName[]): StreamFormat | undefined {
    const declaredOf = declaredBy(message);
    const formats = new Set(streams.map((one) => contexts.knownFormat(message.run, one, declaredOf(one))));
    const format = formats.size === 1 ? formats.values().next().value : undefined;
    // Of plain text the first line of a stream counts for more: they are not gone through as if they were one.
    return format === 'text' && streams.length > 1 ? undefined : format;
  }

  /** Why some of a message is not read as its publisher meant it, seldom anything. */
  function problemWith(message: LogMessage, chunk: Chunk, ruleSet: RuleSet): ReadingProblem | undefined {
    if (!chunk.ok) return unreadOutput(chunk.reason);
    if (chunk.unread) {
      const reason = `${chunk.unread} rows of a message are not in the form of its codec`;
      telemetry.rowsUnread({ run: message.run, rows: chunk.unread, reason });
      return unreadOutput(reason);
    }
    const isRead = chunk.rows.length > 0 && runtimeProblem(message.header(LOG_HEADERS.runtime), ruleSet.runtimes);
    return encodingProblem(message.data) ?? (isRead || undefined);
  }

  function reject(message: LogMessage, reason: string): void {
    telemetry.messageRejected({ subject: message.subject, reason });
    message.reject();
  }

  return take;
}
