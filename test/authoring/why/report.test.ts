import { describe, expect, it } from 'vitest';
import { renderWhy, renderWhyMarkdown } from '../../../src/authoring/why/render-why.ts';
import { whyReport } from '../../../src/authoring/why/report.ts';
import { withdrawClosed } from '../../../src/classify/follow-command.ts';
import { classifyLog } from '../../../src/memory/classify-log.ts';
import type { LoggedLine } from '../../../src/pipeline/ports/ports.ts';
import { shippedRules } from '../../support/shipped-rules.ts';

const { ruleSet } = await shippedRules();
const PLAIN = { bold: String, dim: String, red: String };

async function why(texts: readonly string[], exit: { code?: number; signal?: string } = {}, isLog = false) {
  const data = Buffer.from(`${texts.join('\n')}\n`);
  const lines: LoggedLine[] = texts.map((text, row) => ({ stream: 'stdout', position: { seq: 1, row }, text }));
  const { state, records } = await classifyLog([{ stream: 'stdout', data }], {
    rules: ruleSet,
    runtime: 'claude-code',
    atMs: Date.parse('2026-11-28T10:00:00Z'),
    exit,
  });
  return whyReport({ name: 'agent.log', state, records, lines, isLog });
}

const INIT = '{"type":"system","subtype":"init","session_id":"s","claude_code_version":"2.1.332"}';
const EXPIRED =
  '{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":"Failed to authenticate. API Error: 401 OAuth access token has expired."}';

describe('why a run failed', () => {
  it('says of a log, which knell did not see live, what it would have done, and no times', async () => {
    const report = await why([INIT, EXPIRED], {}, true);
    expect(report).toMatchObject({ outcome: 'would_abort', timeline: [] });
    expect(report.summary).toMatch(/^knell would have ended the run: /);
    expect(renderWhyMarkdown(report)).not.toMatch(/2026-11-28|Time line/);
  });

  it('shows the words that decided where they stand far behind the beginning of a line', async () => {
    const far = EXPIRED.replace('"result",', `"result","uuid":"${'0123456789'.repeat(20)}",`);
    const [evidence, ...others] = (await why([INIT, far])).evidence;
    const shown = evidence?.lines.find(({ isEvidence }) => isEvidence)?.text;
    expect(shown).toContain('OAuth access token has expired');
    expect(shown).toMatch(/^{"type":"result"/);
    expect(others).toEqual([]);
  });

  it('names the cause, who said so, the evidence with the lines around it, and what to do', async () => {
    const report = await why([INIT, EXPIRED]);
    expect(report).toMatchObject({ outcome: 'aborted', category: 'auth.token_expired', rule: 'auth/token-expired' });
    expect(report.source).toContain('only the runtime writes');
    expect(report.next[0]).toBe('Go on with the work under another subscription.');
    const screen = renderWhy(report, PLAIN);
    expect(screen).toContain('auth.token_expired');
    expect(screen).toContain('what to do');
  });

  it('says of a run that succeeded although it was ordered to end that knell was wrong', async () => {
    const { state } = await classifyLog([{ stream: 'stdout', data: Buffer.from(`${INIT}\n${EXPIRED}\n`) }], {
      rules: ruleSet,
      runtime: 'claude-code',
      atMs: Date.parse('2026-11-28T10:00:00Z'),
    });
    if (!state) throw new Error('there is no state');
    const withdrawn = withdrawClosed({ state, effects: [] });
    const report = whyReport({ name: 'a1.e1.1', state: withdrawn.state, records: [], lines: [] });
    expect(report).toMatchObject({ outcome: 'succeeded', category: 'auth.token_expired', next: [] });
    expect(report.summary).toMatch(/^The run succeeded, and knell was wrong about it: /);
  });

  it('says of a run that is well that nothing wrong was found', async () => {
    const report = await why([INIT]);
    expect(report).toMatchObject({ outcome: 'nothing_wrong', evidence: [], next: [] });
  });

  it('says of an exit without a word that nothing tells why, or names what is recorded of it', async () => {
    const report = await why([INIT], { code: 3 });
    expect(['unknown', 'failed']).toContain(report.outcome);
  });

  it('names a run that was killed by what its host says of the exit', async () => {
    const report = await why([INIT], { code: 137 });
    expect(report).toMatchObject({ outcome: 'failed', category: 'runtime.crash', rule: 'post-mortem/killed' });
    expect(report.source).toBe("the run's host, by how it exited: code 137");
    expect(report.evidence[0]?.where).toBe('what it said last, stdout, line 1');
  });

  it('says of a run that was told to end that it was ended from outside', async () => {
    const report = await why([INIT], { signal: 'SIGTERM' });
    expect(report).toMatchObject({ outcome: 'unknown', evidence: [] });
    expect(report.summary).toBe('The run was ended from outside: it exited with SIGTERM.');
  });

  it('lists what was ruled out, with the reason', async () => {
    const report = await why([
      'I looked at the log of yesterday, and this is what stands in it now.',
      'Login expired · Please run /login',
      'So the token of that run had to be renewed, which I have done.',
    ]);
    expect(report.category).not.toBe('auth.token_expired');
    for (const { why: reason } of report.ruledOut) expect(reason).not.toBe('');
  });

  it('puts what a run printed into code in Markdown, whatever fences stand in it', async () => {
    const report = await why([INIT, EXPIRED.replace('{"type"', '{"x":"````","type"')]);
    const page = renderWhyMarkdown(report);
    expect(page).toContain('`````text');
    expect(page.split('`````')).toHaveLength(3);
  });
});
