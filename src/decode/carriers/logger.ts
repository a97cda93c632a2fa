import { parseJson } from '../../contracts/parse-json.ts';
import { isObject } from '../json.ts';
import type { Carrier } from './carrier.ts';
import { behind, withoutNoise } from './line-start.ts';
import { readFields } from './logfmt.ts';

const TIME = String.raw`\d{4}-\d\d-\d\d[T ,]+\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?`;
/** What loggers and runners of tasks write before a message at level info: all but the time is the same for one logger. */
const FORMS: readonly RegExp[] = [
  // Airflow's subprocess hook, Celery's workers, Ruby's Logger.
  String.raw`\[${TIME}\] (?<name>\{[\w.]+:\d+\}) INFO - ?`,
  String.raw`\[${TIME}: (?<name>INFO/[\w-]+)\](?: |$)`,
  String.raw`I, \[${TIME} (?<name>#\d+)\] +INFO -- [^:]{0,40}: ?`,
  // Spring Boot, Log4j, Python's logging, Rust's tracing.
  String.raw`${TIME} +INFO (?<name>\d+ --- \[[^\]]{1,60}\] \S+) *:(?: |$)`,
  String.raw`${TIME} +INFO +(?<name>\[[\w.-]{1,60}\])(?: |$)`,
  String.raw`${TIME} - (?<name>[\w.]{1,60}) - INFO -(?: |$)`,
  String.raw`${TIME} +INFO (?<name>[\w:]{1,60}):(?: |$)`,
  // Serilog, electron-log.
  String.raw`\[\d\d:\d\d:\d\d (?<name>INF)\](?: |$)`,
  String.raw`\d\d:\d\d:\d\d\.\d{3} (?<name>\[info\])(?: |$)`,
  // Turborepo, Nx, concurrently, mprocs.
  String.raw`(?<name>@[\w-]+/[\w-]+:[\w-]+):(?: |$)`,
  '(?<name> {2}NX {2})(?: |$)',
  String.raw`(?<name>\(\d{1,2}\))(?: |$)`,
  String.raw`(?<name>\d{1,2}:[\w-]{1,30}) \d\d:\d\d:\d\d(?: |$)`,
].map((form) => new RegExp(`^(?:${form})`));

/** Who logged a line, and what stands behind the logger's own words; undefined where none of them wrote it. */
function logged(stored: Buffer): { readonly name: string; readonly rest: Buffer } | undefined {
  for (const form of FORMS) {
    const found = behind(stored, form);
    if (found) return { name: found.parts.groups?.name ?? '', rest: found.rest };
  }
  return recorded(stored);
}

const LEVEL_INFO = new Set<unknown>(['info', 'INFO', 'Info', 30]);
const NAMES = ['service', 'logger', 'name', 'component', 'hostname', 'pid'];

/**
 * The same of a record in JSON or logfmt, of which the message alone tells anything; beside an agent's event, which is
 * an object, any other field may stand.
 */
function recorded(stored: Buffer): { readonly name: string; readonly rest: Buffer } | undefined {
  const first = withoutNoise(stored)[0];
  const isFields = first === 0x6c || first === 0x74;
  const fields = first === 0x7b ? parseJson(stored) : isFields ? readFields(stored.toString('utf8')) : undefined;
  if (!isObject(fields) || !LEVEL_INFO.has(fields.level)) return undefined;
  const message = fields.message ?? fields.msg;
  const others = Object.keys(fields).filter(
    (key) => !['level', 'message', 'msg', 'time', 'timestamp', 'ts', ...NAMES].includes(key),
  );
  if (typeof message !== 'string' || (others.length > 0 && !isEvent(message))) return undefined;
  return { name: NAMES.map((key) => String(fields[key] ?? '')).join(' '), rest: Buffer.from(message) };
}

/** Whether a message is an object with a type, as agents print them. */
function isEvent(message: string): boolean {
  return /^\{"/.test(message) && /"type":/.test(message) && isObject(parseJson(Buffer.from(message)));
}

/**
 * A wrapper that passes each line of its agent on through one logger, at level info. A program that logs for itself has
 * lines at other levels, or of other loggers, among them.
 */
export const logger: Carrier = {
  name: 'logger',
  title: "a wrapper's logger",
  kind: 'prefix',
  open(stored) {
    const found = logged(stored);
    return found && [{ raw: found.rest }];
  },
  fitTogether: (stored) => stored.length > 1 && new Set(stored.map((line) => logged(line)?.name)).size === 1,
};
