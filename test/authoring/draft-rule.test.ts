import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkFolder } from '../../src/authoring/check-folder.ts';
import { draftRule } from '../../src/authoring/draft-rule.ts';
import { readDraftSource } from '../../src/authoring/draft-source.ts';
import { DECIDE } from '../../src/authoring/draft-words.ts';
import type { StreamName } from '../../src/contracts/run.ts';
import { classifyLog } from '../../src/memory/classify-log.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { hasErrors } from '../../src/ruleset/findings/finding.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';
import { T0 } from '../support/messages.ts';
import { withFolder } from './broken-packs.ts';

const NO_RULES = compileRules([], undefined, RUNTIME_FACTS);

/** Errors in the runtimes' own events that no rule knows. */
const UNKNOWN: readonly (readonly [runtime: string, line: object, stream?: StreamName])[] = [
  [
    'claude-code',
    {
      type: 'result',
      subtype: 'success',
      is_error: true,
      api_error_status: 418,
      result: "I'm a teapot (req_011AbcDef234567)",
    },
  ],
  [
    'claude-code',
    {
      type: 'assistant',
      message: { model: '<synthetic>', content: [{ type: 'text', text: 'Odd: [this] {is} new' }] },
      error: 'brand_new',
    },
  ],
  ['claude-code', { type: 'system', subtype: 'api_retry', attempt: 1, error_status: 418, error: 'teapot' }],
  ['codex', { type: 'turn.failed', error: { message: 'the flux capacitor of run 7 is empty' } }],
  ['codex', { type: 'error', message: 'stream 12 was lost in space' }],
  ['gemini', { type: 'result', status: 'error', error: { type: 'Odd', message: 'the moon is in the wrong house' } }],
  ['opencode', { type: 'error', sessionID: 'ses_1', error: { name: 'Odd', data: { message: 'no such universe' } } }],
  ['pi', { type: 'auto_retry_end', success: false, attempt: 3, finalError: 'quantum state lost' }],
  [
    'pi',
    { type: 'message_end', message: { role: 'assistant', stopReason: 'error', errorMessage: 'quantum state lost' } },
  ],
  ['cline', { type: 'run_result', finishReason: 'error', text: 'the run fell over its own feet' }],
  ['cline', { type: 'agent_event', event: { type: 'error', error: { message: 'the agent lost its way' } } }],
  ['copilot-cli', { type: 'session.error', data: { errorType: 'odd', message: 'the session forgot itself' } }],
  [
    'qwen-code',
    {
      type: 'assistant',
      message: {
        content: [{ type: 'text', text: '[API Error: the tea is cold]' }],
        usage: { input_tokens: 0, output_tokens: 0 },
      },
    },
  ],
  ['cursor-agent', { type: 'result', subtype: 'error', is_error: true, result: 'the cursor is gone' }],
  ['continue-cli', { status: 'error', message: 'nothing will continue' }, 'stderr'],
];

async function driftOf(runtime: string, line: string, stream: StreamName) {
  const { records, notices } = await classifyLog([{ stream, data: Buffer.from(`${line}\n`) }], {
    rules: NO_RULES,
    runtime,
    atMs: T0,
  });
  return { record: records[0], notice: notices.find(({ kind }) => kind === 'drift') };
}

/** A draft saved under the name that it asks for. */
async function checkDraft(draft: string) {
  const { pack } = parse(draft) as { pack: string };
  return withFolder({ [`${pack}.yaml`]: draft }, checkFolder);
}

describe('a draft', () => {
  test.each(UNKNOWN.map(([runtime, line, stream = 'stdout']) => ({ runtime, line: JSON.stringify(line), stream })))(
    'of an unknown error of $runtime checks as it is, and says what a person has to decide: $line',
    async ({ runtime, line, stream }) => {
      const { record, notice } = await driftOf(runtime, line, stream);
      for (const given of [record, notice]) {
        const source = readDraftSource(given);
        if (!source) throw new Error('the failure did not count as drift');
        const draft = draftRule({ ...source, stream });
        const { findings } = await checkDraft(draft);
        expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
        expect(hasErrors(findings)).toBe(false);
        expect(draft.split(DECIDE).length).toBeGreaterThan(6);
        expect(draft).toMatch(/status: experimental/);
        expect(draft).toMatch(/action: record/);
      }
    },
  );

  test('of a plain last word is a rule for that line', async () => {
    const draft = draftRule({
      runtime: 'aider',
      event: 'exit',
      excerpt: "Can't go on: 3 of 5 (odd)",
      seen: '2026-11-22',
    });
    expect(draft).toContain("- line: 'Can''t go on: \\d+ of \\d+ \\(odd\\)'");
    expect((await checkDraft(draft)).findings.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('does not spell out ids and numbers, and leaves the end of a cut message open', () => {
    const source = {
      runtime: 'codex',
      event: 'error',
      excerpt: `request req_abc123 failed 12 times${' again'.repeat(60)}…`,
    };
    const draft = draftRule({ ...source, seen: '2026-11-22' });
    expect(draft).toMatch(/text: '\^request \\S\+ failed \\d\+ times.*\.\*'/);
  });

  test('of what is no drift is refused', () => {
    expect(
      readDraftSource({ schema: 'knell.notice/v1', kind: 'mode', at: '2026-11-22T16:00:00Z', message: 'x' }),
    ).toBeUndefined();
    expect(readDraftSource(undefined)).toBeUndefined();
  });
});
