import { type Logger, pino } from 'pino';
import { redactText } from './decode/redact.ts';

export type { Logger };

/**
 * The service's own log: one JSON object a line on standard error. Secrets in messages and errors are redacted.
 *
 * @param level a pino level such as `info`, or `silent`
 */
export function createLogger(level = 'info'): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        streamWrite: redactText,
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
