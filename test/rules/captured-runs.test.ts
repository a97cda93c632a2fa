import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { classifyLog } from '../../src/memory/classify-log.ts';
import { CAPTURED_FOLDER, readTranscripts, type Transcript } from '../capture/transcript.ts';
import { shippedRules } from '../support/shipped-rules.ts';

/** Answers after which a run goes on: it works, it got over a failure, or somebody in it only talks about one. */
const HEALTHY = /^(?:200.*|.*-heals|quotes|subagent-.*|tool-.*|mcp-missing)$/;

const runtimes = (await readdir(CAPTURED_FOLDER)).map((name) => name.replace(/\.jsonl$/, ''));
const transcripts = (await Promise.all(runtimes.map((runtime) => readTranscripts('.', runtime)))).flat();
const healthy = transcripts.filter(({ answer, exit_code: code }) => HEALTHY.test(answer) && code === 0);
const { ruleSet } = await shippedRules();

async function abortsIn({ runtime, stdout, stderr, exit_code: code }: Transcript, named: boolean): Promise<string[]> {
  const startMs = Date.parse('2026-11-22T16:00:00.000Z');
  const chunks = [
    ...stdout.map(({ ms, line }) => ({
      stream: 'stdout' as const,
      atMs: startMs + ms,
      data: Buffer.from(`${line}\n`),
    })),
    ...stderr.map(({ ms, line }) => ({
      stream: 'stderr' as const,
      atMs: startMs + ms,
      data: Buffer.from(`${line}\n`),
    })),
  ].sort((a, b) => a.atMs - b.atMs);
  const { aborts } = await classifyLog(chunks, {
    rules: ruleSet,
    atMs: startMs,
    exit: { code, signal: null },
    ...(named ? { runtime } : {}),
  });
  return aborts.map(({ category, rule }) => `${category} by ${rule.pack}/${rule.id}`);
}

describe('captured runs that were healthy', () => {
  test('are many, and of every runtime that could be captured whole', () => {
    expect(healthy.length).toBeGreaterThan(40);
    expect(new Set(healthy.map(({ runtime }) => runtime)).size).toBeGreaterThanOrEqual(9);
  });

  test.each(healthy.map((transcript) => ({ run: transcript.run, transcript })))(
    'are not ended: $run',
    async ({ transcript }) => {
      expect(await abortsIn(transcript, true)).toEqual([]);
      expect(await abortsIn(transcript, false)).toEqual([]);
    },
  );
});
