import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { OutputFormat } from './agent-recipe.ts';
import type { RecordedRun } from './record-run.ts';

/** Where transcripts are kept, below the project: one file a runtime, one row a run. */
export const CAPTURED_FOLDER = 'test/corpus/captured';

/** One run of a real agent CLI as it was printed. */
export interface Transcript extends RecordedRun {
  /** `runtime/version/answer/format`, unique in the folder. */
  readonly run: string;
  readonly runtime: string;
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly captured_at: string;
  /** What the stub answered, or what else was special about the run. */
  readonly answer: string;
  readonly format: OutputFormat;
  readonly command: string;
  /** Variables that this run had besides the recipe's; null: taken away. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** `METHOD path status` → how often the stub saw it. */
  readonly requests: Readonly<Record<string, number>>;
}

/** The transcripts of one runtime; none where there is no file yet. */
export async function readTranscripts(projectRoot: string, runtime: string): Promise<Transcript[]> {
  const text = await readFile(fileOf(projectRoot, runtime), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row) as Transcript);
}

/** Adds transcripts to their runtime's file, in place of older ones of the same run. */
export async function saveTranscripts(
  projectRoot: string,
  runtime: string,
  fresh: readonly Transcript[],
): Promise<string> {
  const rows = new Map((await readTranscripts(projectRoot, runtime)).map((row) => [row.run, row]));
  for (const row of fresh) rows.set(row.run, row);
  const sorted = [...rows.values()].sort((a, b) => (a.run < b.run ? -1 : 1));
  const file = fileOf(projectRoot, runtime);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, sorted.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return file;
}

function fileOf(projectRoot: string, runtime: string): string {
  return resolve(projectRoot, CAPTURED_FOLDER, `${runtime}.jsonl`);
}
