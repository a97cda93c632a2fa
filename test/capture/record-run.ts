import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface RecordedLine {
  /** Milliseconds after the start of the program. */
  readonly ms: number;
  /** Without its line break. */
  readonly line: string;
}

export interface RecordedRun {
  readonly stdout: readonly RecordedLine[];
  readonly stderr: readonly RecordedLine[];
  /** null where a signal ended it. */
  readonly exit_code: number | null;
  readonly signal: string | null;
  /** `capped`: it was still running at the cap and was ended from outside. */
  readonly ended: 'exit' | 'capped';
  readonly duration_ms: number;
}

export interface RecordOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the process tree after so many milliseconds. */
  readonly capMs: number;
  /** Between the polite signal and the last one, and for pipes that outlive the program; left out: 2 s. */
  readonly graceMs?: number;
}

/**
 * Runs a program in a process group of its own and keeps each line with the time it came.
 *
 * @throws {Error} where the program cannot be started
 */
export function recordRun(options: RecordOptions): Promise<RecordedRun> {
  const { command, args, cwd, env, capMs, graceMs = 2_000 } = options;
  const started = performance.now();
  const sinceStart = () => Math.round(performance.now() - started);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout = collectLines(child.stdout, sinceStart);
    const stderr = collectLines(child.stderr, sinceStart);
    let ended: RecordedRun['ended'] = 'exit';
    let durationMs = 0;
    const signalTree = (signal: NodeJS.Signals) => {
      try {
        process.kill(-(child.pid as number), signal);
      } catch {
        // The group is gone already.
      }
    };
    const cap = setTimeout(() => {
      ended = 'capped';
      signalTree('SIGTERM');
      setTimeout(() => signalTree('SIGKILL'), graceMs).unref();
    }, capMs);
    child.once('error', (error) => {
      clearTimeout(cap);
      reject(error);
    });
    child.once('exit', () => {
      durationMs = sinceStart();
      clearTimeout(cap);
      // What it left behind may hold the pipes open for ever.
      setTimeout(() => signalTree('SIGKILL'), graceMs).unref();
    });
    child.once('close', (code, signal) => {
      signalTree('SIGKILL');
      resolve({ stdout: stdout(), stderr: stderr(), exit_code: code, signal, ended, duration_ms: durationMs });
    });
  });
}

function collectLines(stream: Readable, sinceStart: () => number): () => RecordedLine[] {
  const lines: RecordedLine[] = [];
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const ms = sinceStart();
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) lines.push({ ms, line });
  });
  return () => (rest === '' ? lines : [...lines, { ms: sinceStart(), line: rest }]);
}
