import type { Colors } from 'picocolors/types.js';
import { inOneLine } from '../decode/written-out.ts';

/** What pino writes of itself; all else in a line belongs to the event. */
interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
  readonly [field: string]: unknown;
}

/**
 * One line of the service's log as a person at a terminal reads it: the time, what happened, and then its fields.
 * Whatever is not a line of the log comes back as it is.
 *
 * @param line one JSON object, with or without its line break
 */
export function renderLogLine(line: string, colours: Pick<Colors, 'dim' | 'red' | 'yellow'>): string {
  const parsed = parse(line);
  if (!parsed) return line;
  const { level, time, msg = '', err, ...fields } = parsed;
  const paint = PAINTS[level] ?? 'plain';
  const said = inOneLine(err?.message === undefined ? msg : `${msg}: ${err.message}`);
  const about = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const text = paint === 'plain' ? said : colours[paint](`${level}: ${said}`);
  return `${colours.dim(time.slice(11, 19))}  ${text}${about === '' ? '' : `  ${colours.dim(inOneLine(about))}`}\n`;
}

const PAINTS: Readonly<Record<string, 'red' | 'yellow'>> = { warn: 'yellow', error: 'red', fatal: 'red' };

function parse(line: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isLog = typeof value === 'object' && value !== null && 'level' in value && 'time' in value;
    return isLog ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
