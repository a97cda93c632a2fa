import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAgentOutput } from './agent-output.ts';

/*
 * Writes rules/samples/healthy.jsonl: what agents print that are well, for `knell rules bench`. Run it when new runs
 * have been captured: npm run bench -- --sample
 */

/** What the captured runs lack: the prose, code and tool results of hours of work. */
const MADE_UP_LINES = 1_600;

/** Sources with the very words that rules look for: agents that are well seldom work on such. */
const ABOUT_FAILURES = /^(demo|subscriptions|ruleset.common-grams)/;

/** The stubbed provider's answers (see test/capture/stub) with which a run ends well without quoting failures. */
const HEALTHY = new Set(['200', '200-quota-warning', '429-heals', '500-heals', 'mcp-missing', 'tool-denied']);

interface Captured {
  readonly run: string;
  readonly runtime: string;
  readonly answer: string;
  readonly exit_code: number | null;
  readonly stdout: readonly { readonly line: string }[];
  readonly stderr: readonly { readonly line: string }[];
}

interface SampleRun {
  readonly run: string;
  readonly runtime: string;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** @param root the project's folder */
export function writeHealthySample(root: string): void {
  const runs = [...madeUp(root), ...captured(join(root, 'test', 'corpus', 'captured'))];
  writeFileSync(
    join(root, 'rules', 'samples', 'healthy.jsonl'),
    runs.map((run) => `${JSON.stringify(run)}\n`).join(''),
  );
}

function madeUp(root: string): SampleRun[] {
  const output = createAgentOutput(root, 1, (name) => ABOUT_FAILURES.test(name));
  const lines = Array.from({ length: MADE_UP_LINES }, () => output.next());
  return (['structured', 'text'] as const).map((format) => ({
    run: `made up, ${format}`,
    runtime: 'claude-code',
    stdout: lines.filter((line) => line.startsWith('{') === (format === 'structured')),
    stderr: [],
  }));
}

function captured(folder: string): SampleRun[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
    .map((row) => JSON.parse(row) as Captured)
    .filter(({ answer, exit_code: code }) => code === 0 && HEALTHY.has(answer))
    .map(({ run, runtime, stdout, stderr }) => ({
      run,
      runtime,
      stdout: stdout.map(({ line }) => line),
      stderr: stderr.map(({ line }) => line),
    }))
    .filter(({ stdout, stderr }) => stdout.length + stderr.length > 0);
}
