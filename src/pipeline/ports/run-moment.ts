import type { RunEvent } from '../../contracts/run-event.ts';
import type { LogMessage } from './ports.ts';

/** Output of a run as it is stored. */
export type StoredOutput = Pick<LogMessage, 'stream' | 'subject' | 'data' | 'header' | 'labelled' | 'seq'>;

/** One thing that a run said, or its host said of it, and when the server stored it (epoch milliseconds). */
export type RunMoment =
  | { readonly atMs: number; readonly output: StoredOutput }
  | { readonly atMs: number; readonly event: RunEvent };
