import { Writable } from 'node:stream';
import pc from 'picocolors';
import { type Logger, pino } from 'pino';
import { redactLine } from './redact-line.ts';
import { renderLogLine } from './render-log-line.ts';

export type { Logger };

/**
 * The service's own log on standard error: one JSON object a line, or plain words on a terminal.
 * Secrets in messages and errors are redacted.
 *
 * @param level a pino level such as `info`, or `silent`
 * @param to where the lines go instead
 */
export function createLogger(level = 'info', to?: { write(line: string): void }): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        streamWrite: redactLine,
      },
    },
    to ?? (process.stderr.isTTY ? forPeople() : pino.destination({ fd: 2, sync: true })),
  );
}

function forPeople(): Writable {
  const colours = pc.createColors(!process.env.NO_COLOR);
  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      process.stderr.write(renderLogLine(line, colours), done);
    },
  });
}
