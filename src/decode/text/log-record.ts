import { isObject } from '../json.ts';

export type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug';

/** What a structured log line says: its level, and its words with the error behind them. */
export interface LogRecord {
  readonly level: string;
  readonly message: string;
}

const LEVEL_KEYS = ['level', 'lvl', 'severity', 'levelname', 'log.level'];
const WORD_KEYS = ['msg', 'message', 'event', 'text'];
const ERROR_KEYS = ['error', 'err', 'exception', 'reason', 'cause', 'detail'];
const EXIT_KEYS = ['exit', 'exit_code', 'exitCode', 'exitcode', 'rc'];
const PINO_LEVELS: Readonly<Record<string, Level>> = {
  10: 'debug',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Reads a line of a structured log, in logfmt or as a JSON object; undefined where it is none. Pure. */
export function readLogRecord(line: string): LogRecord | undefined {
  const fields = line.startsWith('{') ? readJson(line) : readLogfmt(line);
  if (!fields) return undefined;
  const level = firstOf(fields, LEVEL_KEYS);
  const words = firstOf(fields, WORD_KEYS);
  const error =
    ERROR_KEYS.map((key) => fields.get(key))
      .filter(Boolean)
      .join(': ') || undefined;
  if (level === undefined || (words === undefined && error === undefined)) return undefined;
  // Who logs its own exit is over.
  const isOver = /^[1-9]\d{0,2}$/.test(firstOf(fields, EXIT_KEYS) ?? '');
  return {
    level: isOver ? 'fatal' : (PINO_LEVELS[level] ?? level),
    message: [words, error].filter(Boolean).join(': '),
  };
}

function readJson(line: string): ReadonlyMap<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value)) return undefined;
    const fields = new Map<string, string>();
    for (const [key, one] of Object.entries(value)) {
      if (typeof one === 'string' || typeof one === 'number') fields.set(key, String(one));
      else if (isObject(one)) fields.set(key, JSON.stringify(one));
    }
    return fields;
  } catch {
    return undefined;
  }
}

/** `level=error msg="agent run failed" err="401 Unauthorized"`. */
function readLogfmt(line: string): ReadonlyMap<string, string> | undefined {
  if (!/^[\w.]+=/.test(line)) return undefined;
  const fields = new Map<string, string>();
  for (const [, key = '', quoted, bare = ''] of line.matchAll(/([\w.]{1,40})=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)) {
    fields.set(key, quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'));
  }
  return fields;
}

function firstOf(fields: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  return keys.map((key) => fields.get(key)).find((value) => value !== undefined && value !== '');
}
