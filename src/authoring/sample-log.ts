import type { StreamName } from '../contracts/run.ts';
import { sniffRuntime } from '../decode/decoders.ts';
import { splitLines } from '../decode/split-lines.ts';

/** What one stream of a run printed: whole lines. */
export interface SampleLog {
  readonly runtime: string;
  readonly stream: StreamName;
  readonly data: Buffer;
}

/**
 * Reads sample logs: either one stream of one run as it was printed, plain or JSON lines, or whole runs, one JSON object
 * a row with `runtime`, `stdout` and `stderr` (lists of lines).
 *
 * @param runtime which agent printed a log; left out, it is recognised from the first line
 */
export function readSample(content: Buffer, stream: StreamName, runtime?: string): SampleLog[] {
  const first = firstLineOf(content);
  if (!asRun(first))
    return content.length === 0
      ? []
      : [{ runtime: runtime ?? sniffRuntime({ [stream]: [first] }, { cutOut: true }), stream, data: content }];
  return splitLines(content)
    .flatMap((row) => asRun(row.toString('utf8')) ?? [])
    .flatMap((run) =>
      (['stdout', 'stderr'] as const).flatMap((name) =>
        run[name].length === 0
          ? []
          : [{ runtime: runtime ?? run.runtime, stream: name, data: Buffer.from(`${run[name].join('\n')}\n`) }],
      ),
    );
}

interface SampleRun {
  readonly runtime: string;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

function asRun(row: string): SampleRun | undefined {
  if (!row.startsWith('{')) return undefined;
  try {
    const { runtime, stdout, stderr } = JSON.parse(row) as Partial<Record<string, unknown>>;
    if (typeof runtime !== 'string' || !Array.isArray(stdout) || !Array.isArray(stderr)) return undefined;
    return { runtime, stdout: stdout.map(lineOf), stderr: stderr.map(lineOf) };
  } catch {
    // A line of an agent's own that only looks like JSON.
    return undefined;
  }
}

/** A line, or one with the time at which it was printed. */
function lineOf(printed: unknown): string {
  const line = typeof printed === 'object' && printed !== null ? (printed as { line?: unknown }).line : printed;
  return String(line ?? '');
}

function firstLineOf(data: Buffer): string {
  const first = splitLines(data).find((raw) => raw.toString('latin1').trim() !== '');
  return first?.toString('utf8') ?? '';
}
