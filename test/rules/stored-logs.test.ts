import { describe, expect, it } from 'vitest';
import { createLogReader } from '../../src/decode/whole-log/log-reader.ts';
import { classifyLog } from '../../src/memory/classify-log.ts';
import { readTranscripts } from '../capture/transcript.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { WAYS_OF_STORING } from '../support/stored-logs.ts';

/** Runs in structured output whose provider answered 401 for ever, and healthy ones in which a model quotes such answers. */
const RUNTIMES = ['claude-code', 'codex', 'gemini', 'qwen-code', 'opencode', 'pi', 'cline', 'copilot-cli'];
const AT_MS = Date.parse('2026-11-22T16:00:00.000Z');

const { ruleSet } = await shippedRules();
const runs = (await Promise.all(RUNTIMES.map((runtime) => readTranscripts('.', runtime)))).flat();

/** The first run of a runtime that was captured in structured output with this answer. */
function linesOf(runtime: string, answer: RegExp): string[] {
  const run = runs.find((one) => one.runtime === runtime && one.format === 'json' && answer.test(one.answer));
  if (!run) throw new Error(`no captured run of ${runtime} with the answer ${answer}`);
  return run.stdout.map(({ line }) => line);
}

async function verdictOn(stored: Buffer, runtime: string | undefined) {
  const reader = createLogReader({ stream: 'stdout', runtime });
  const chunks = [...reader.push(stored), ...reader.end()];
  const { aborts, records } = await classifyLog(chunks, { rules: ruleSet, atMs: AT_MS, ...(runtime && { runtime }) });
  return {
    aborts: aborts.map(({ category, rule }) => `${category} by ${rule.id}`),
    records: records.map(({ category, disposition }) => `${category} ${disposition}`),
    readAs: reader.reading(),
  };
}

const bare = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const doomed = RUNTIMES.map((runtime) => ({ runtime, lines: linesOf(runtime, /^401/) }));
const verdictOfBare = new Map(
  await Promise.all(
    doomed.map(async ({ runtime, lines }) => [runtime, await verdictOn(bare(lines), runtime)] as const),
  ),
);
const quoting = RUNTIMES.map((runtime) => ({ runtime, lines: linesOf(runtime, /^quotes$/) }));

describe.each(WAYS_OF_STORING)('a log stored as $way', ({ carriers, store }) => {
  it.each(doomed)('has the verdict of the bare log: $runtime', async ({ runtime, lines }) => {
    const expected = verdictOfBare.get(runtime);
    expect(expected?.records.length).toBeGreaterThan(0);
    for (const named of [runtime, undefined]) {
      const { aborts, records, readAs } = await verdictOn(store(lines), named);
      expect({ aborts, records }).toEqual({ aborts: expected?.aborts, records: expected?.records });
      expect([readAs.runtime, readAs.format]).toEqual([runtime, 'structured']);
      expect(readAs.carriers.map(({ name }) => name)).toEqual([...carriers]);
    }
  });

  it.each(quoting)('ends no healthy run that quotes failures: $runtime', async ({ runtime, lines }) => {
    for (const named of [runtime, undefined]) expect((await verdictOn(store(lines), named)).aborts).toEqual([]);
  });
});

describe('the bare logs of these runs', () => {
  it('are mostly of runs that are ended, so that the table above can fail', () => {
    const ended = [...verdictOfBare.values()].filter(({ aborts }) => aborts.length > 0);
    expect(ended.length).toBeGreaterThanOrEqual(6);
  });
});
