import { z } from 'zod';

/** Header names of a log message. All are optional. */
export const LOG_HEADERS = {
  runtime: 'Knell-Runtime',
  subscription: 'Knell-Subscription',
  line: 'Knell-Line',
  time: 'Knell-Time',
  codec: 'Knell-Codec',
} as const;

/** How a log message's payload is laid out: plain lines, one `{"line", "stream"}` a row, or Fluent Bit's records. */
export const LogCodec = z.enum(['lines', 'ndjson', 'fluent-bit']);
export type LogCodec = z.infer<typeof LogCodec>;
