import { gzipSync } from 'node:zlib';

/** A way in which logs are commonly stored: the same lines of one stream, with what a carrier puts around them. */
export interface WayOfStoring {
  readonly way: string;
  /** Of what the log is recognised as, the outermost first; the names of the carriers. */
  readonly carriers: readonly string[];
  readonly store: (lines: readonly string[]) => Buffer;
}

const START_MS = Date.parse('2026-01-29T16:29:20.123Z');
const isoAt = (at: number): string => new Date(START_MS + at * 1_000).toISOString();
const clockAt = (at: number): string => isoAt(at).slice(11, 19);
const joined = (rows: readonly string[], end = '\n'): Buffer => Buffer.from(rows.map((row) => row + end).join(''));
const eachLine = (row: (line: string, at: number) => string) => (lines: readonly string[]) => joined(lines.map(row));

const dockerRow = (line: string, at: number): string =>
  JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: isoAt(at) });
const nanos = (at: number): string => `${isoAt(at).slice(0, -1)}456789Z`;

/** A line in pieces of so many characters, the last of them marked. */
function pieces(line: string, size: number): { text: string; isLast: boolean }[] {
  const count = Math.max(1, Math.ceil(line.length / size));
  return Array.from({ length: count }, (_, at) => ({
    text: line.slice(at * size, (at + 1) * size),
    isLast: at === count - 1,
  }));
}

const otlpRow = (line: string, at: number): string =>
  JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'agent' } }] },
        scopeLogs: [
          {
            logRecords: [
              {
                timeUnixNano: `${START_MS + at * 1_000}000000`,
                body: { stringValue: line },
                attributes: [{ key: 'log.iostream', value: { stringValue: 'stdout' } }],
              },
            ],
          },
        ],
      },
    ],
  });

export const WAYS_OF_STORING: readonly WayOfStoring[] = [
  { way: "docker's json-file", carriers: ['docker'], store: eachLine(dockerRow) },
  {
    way: "docker's json-file, long lines in pieces",
    carriers: ['docker'],
    store: (lines) =>
      joined(
        lines.flatMap((line, at) =>
          pieces(line, 100).map(({ text, isLast }) =>
            JSON.stringify({ log: isLast ? `${text}\n` : text, stream: 'stdout', time: isoAt(at) }),
          ),
        ),
      ),
  },
  { way: 'CRI', carriers: ['cri'], store: eachLine((line, at) => `${nanos(at)} stdout F ${line}`) },
  {
    way: 'CRI with partial lines',
    carriers: ['cri'],
    store: (lines) =>
      joined(
        lines.flatMap((line, at) =>
          pieces(line, 64).map(({ text, isLast }) => `${nanos(at)} stdout ${isLast ? 'F' : 'P'} ${text}`),
        ),
      ),
  },
  { way: 'docker compose', carriers: ['compose'], store: eachLine((line) => `agent-1  | ${line}`) },
  {
    way: 'docker compose in colour',
    carriers: ['compose'],
    store: eachLine((line) => `\u001b[36magent-1  | \u001b[0m${line}`),
  },
  { way: 'kubectl --prefix', carriers: ['kubectl'], store: eachLine((line) => `[pod/agent-7d9c-x2/agent] ${line}`) },
  {
    way: 'GitHub Actions',
    carriers: ['stamp'],
    store: (lines) => Buffer.concat([Buffer.from('\ufeff'), eachLine((line, at) => `${nanos(at)} ${line}`)(lines)]),
  },
  {
    way: 'gh run view --log',
    carriers: ['gh-run-log'],
    store: eachLine((line, at) => `build\tRun the agent\t${at === 0 ? '\ufeff' : ''}${nanos(at)} ${line}`),
  },
  {
    way: 'GitLab with time stamps',
    carriers: ['gitlab'],
    store: eachLine((line, at) => `${isoAt(at).slice(0, -1)}456Z 00O ${line}`),
  },
  {
    way: 'a date of two digits in brackets',
    carriers: ['stamp'],
    store: eachLine((line, at) => `[26-01-29 ${clockAt(at)}] ${line}`),
  },
  { way: 'Jenkins', carriers: ['stamp'], store: eachLine((line, at) => `[${isoAt(at)}] ${line}`) },
  { way: 'a time of day', carriers: ['stamp'], store: eachLine((line, at) => `${clockAt(at)} ${line}`) },
  {
    way: 'syslog of RFC 3164, as journalctl prints it',
    carriers: ['syslog'],
    store: eachLine((line, at) => `Jan 29 ${clockAt(at)} worker-3 agent[812]: ${line}`),
  },
  {
    way: 'syslog of RFC 5424',
    carriers: ['syslog'],
    store: eachLine((line, at) => `<14>1 ${isoAt(at)} worker-3 agent 812 - [meta sequenceId="${at}"] ${line}`),
  },
  {
    way: 'journalctl -o json',
    carriers: ['journald'],
    store: eachLine((line, at) =>
      JSON.stringify({ MESSAGE: line, PRIORITY: '6', __REALTIME_TIMESTAMP: `${START_MS + at * 1_000}000` }),
    ),
  },
  {
    way: "Vector's JSON",
    carriers: ['vector'],
    store: eachLine((line, at) =>
      JSON.stringify({ message: line, source_type: 'docker_logs', stream: 'stdout', timestamp: isoAt(at) }),
    ),
  },
  { way: 'OTLP JSON', carriers: ['otlp'], store: eachLine(otlpRow) },
  {
    way: "Fluent Bit's rows",
    carriers: ['fluent-bit'],
    store: eachLine((line, at) => JSON.stringify({ date: START_MS / 1_000 + at, log: line, stream: 'stdout' })),
  },
  {
    way: "Fluent Bit's records",
    carriers: ['fluent-bit'],
    store: eachLine((line, at) => JSON.stringify([[START_MS / 1_000 + at, { tag: 'agent', log: `${line}\n` }]])),
  },
  {
    way: 'rows of line and stream',
    carriers: ['ndjson'],
    store: eachLine((line) => JSON.stringify({ line, stream: 'stdout' })),
  },
  {
    way: "a stamp in docker's json-file behind compose's prefix",
    carriers: ['compose', 'docker', 'stamp'],
    store: eachLine((line, at) => `agent-1  | ${dockerRow(`${nanos(at)} ${line}`, at)}`),
  },
  { way: 'a byte order mark', carriers: [], store: (lines) => Buffer.concat([Buffer.from('\ufeff'), joined(lines)]) },
  { way: 'colour resets', carriers: [], store: eachLine((line) => `\u001b[0m${line}\u001b[0m`) },
  { way: 'carriage returns', carriers: [], store: (lines) => joined(lines, '\r\n') },
  { way: 'UTF-16LE', carriers: [], store: (lines) => Buffer.from(`\ufeff${joined(lines)}`, 'utf16le') },
  {
    way: 'UTF-16BE without a mark',
    carriers: [],
    store: (lines) => Buffer.from(joined(lines).toString(), 'utf16le').swap16(),
  },
  {
    way: "a wrapper's banner first",
    carriers: [],
    store: (lines) =>
      joined([
        '> agent@1.0.0 start',
        '> node run.js',
        '',
        'npm warn deprecated inflight@1.0.6: do not use it',
        ...lines,
      ]),
  },
];

/** The ways that only a file knows. */
export const gzipped = (stored: Buffer): Buffer => gzipSync(stored);
