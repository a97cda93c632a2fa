import { z } from 'zod';
import { FailureRecord } from '../contracts/failure-record.ts';
import { Notice } from '../contracts/notice.ts';
import type { StreamName } from '../contracts/run.ts';

/** What is known of a failure that no rule knows. */
export interface DraftSource {
  readonly runtime: string;
  readonly runtimeVersion?: string;
  /** The event's name; `line` for plain text, `exit` for a run that ended badly. */
  readonly event: string;
  /** What it said, redacted and shortened. */
  readonly excerpt?: string;
  /** JSON Pointer of the field that said so. */
  readonly pointer?: string;
  readonly stream?: StreamName;
  readonly fingerprint?: string;
  /** What other runs said that failed in the same way, redacted and shortened. */
  readonly others?: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly seen: string;
}

/** The fields that a drift notice has beside the common ones. */
const DriftNotice = Notice.extend({
  kind: z.literal('drift'),
  fingerprint: z.string().min(1),
  runtime: z.string().min(1),
  event: z.string().min(1),
  excerpt: z.string().optional(),
  pointer: z.string().optional(),
});

/** Reads a drift notice, or a failure record of category `unknown.unmatched`; undefined when it is neither. */
export function readDraftSource(value: unknown): DraftSource | undefined {
  const notice = DriftNotice.safeParse(value).data;
  if (notice) {
    const { fingerprint, runtime, event, excerpt, pointer, at } = notice;
    return { fingerprint, runtime, event, seen: at.slice(0, 10), ...given({ excerpt, pointer }) };
  }
  const record = FailureRecord.safeParse(value).data;
  if (record?.category !== 'unknown.unmatched') return undefined;
  const [evidence] = record.evidence;
  return {
    runtime: record.runtime.name,
    event: evidence?.event ?? 'exit',
    seen: record.issued_at.slice(0, 10),
    ...given({
      runtimeVersion: record.runtime.version,
      excerpt: evidence?.excerpt,
      pointer: evidence?.pointer,
      stream: evidence?.stream,
    }),
  };
}

/** What drift notices of one fingerprint tell together: the last one, and what the runs of the others said. */
export function driftSource(notices: readonly unknown[]): DraftSource | undefined {
  const sources = notices.flatMap((notice) => readDraftSource(notice) ?? []);
  const last = sources.at(-1);
  const said = sources.slice(0, -1).flatMap(({ excerpt }) => excerpt ?? []);
  return last && { ...last, others: said };
}

/** Without the keys that have no value. */
function given<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
