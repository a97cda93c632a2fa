import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { strongestHit } from '../../src/classify/strongest-hit.ts';
import type { Example } from '../../src/contracts/rule-pack.ts';
import type { StreamName } from '../../src/contracts/run.ts';
import { ownsChannel } from '../../src/decode/channels.ts';
import { decoderFor, knownRuntimes } from '../../src/decode/decoders.ts';
import { classifyLog, type LogVerdict } from '../../src/memory/classify-log.ts';
import { loadRules } from '../../src/ruleset/load/load-rules.ts';
import type { CompiledRule, ConditionHit, RuleSet } from '../../src/ruleset/rule-set.ts';

const FOLDER = fileURLToPath(new URL('../../rules', import.meta.url));
const AT = Date.parse('2026-11-22T16:00:00.000Z');

let rules: RuleSet;

beforeAll(async () => {
  const { ruleSet, findings } = await loadRules(FOLDER, { ownsChannel, runtimes: knownRuntimes() });
  expect(findings).toEqual([]);
  if (!ruleSet) throw new Error('the shipped packs do not load');
  rules = ruleSet;
});

function classify(lines: readonly string[], runtime: string, stream: StreamName = 'stdout'): Promise<LogVerdict> {
  const data = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return classifyLog([{ stream, data }], { rules, runtime, atMs: AT });
}

interface Sample {
  readonly lines: readonly string[];
  readonly stream: StreamName;
  readonly runtime: string;
}

function sampleOf(example: Example): Sample {
  if (typeof example === 'string') return { lines: [example], stream: 'stdout', runtime: 'generic' };
  return { lines: [example.lines].flat(), stream: example.stream ?? 'stdout', runtime: example.runtime ?? 'generic' };
}

/** For each line the hits whose repetition is complete. */
function hitsOn({ lines, stream, runtime }: Sample): ConditionHit[][] {
  const decoder = decoderFor(runtime);
  const format = decoder.formatOf(stream, lines.find((line) => line.trim() !== '') ?? '');
  const counts = new Map<string, number>();
  return lines.map((line, number) => {
    const event = decoder.decode({ stream, number, raw: Buffer.from(line) }, format);
    return rules.match(event, stream, runtime).hits.filter((hit) => {
      const key = `${hit.rule.key}#${hit.clause}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count >= (hit.rule.clauses[hit.clause]?.repeat?.count ?? 1);
    });
  });
}

const wrong = (rule: CompiledRule, sample: Sample): string => `${rule.key}: ${sample.lines[0]?.slice(0, 160)}`;

describe('the shipped packs', () => {
  it('have each match example won by its own rule', () => {
    const lost = rules.rules.flatMap((rule) =>
      rule.rule.examples.match
        .map(sampleOf)
        .filter((sample) => !hitsOn(sample).some((hits) => strongestHit(hits)?.rule === rule))
        .map((sample) => wrong(rule, sample)),
    );
    expect(lost).toEqual([]);
  });

  it('leave each ignore example alone', () => {
    const hit = rules.rules.flatMap((rule) =>
      rule.rule.examples.ignore
        .map(sampleOf)
        .filter((sample) => hitsOn(sample).some((hits) => hits.some((one) => one.rule === rule)))
        .map((sample) => wrong(rule, sample)),
    );
    expect(hit).toEqual([]);
  });

  it('abort on the match examples of rules that abort, and on no others', async () => {
    const different: string[] = [];
    for (const rule of rules.rules) {
      for (const example of rule.rule.examples.match) {
        const sample = sampleOf(example);
        const { aborts } = await classify(sample.lines, sample.runtime, sample.stream);
        if (aborts.length > 0 !== (rule.rule.action === 'abort')) different.push(wrong(rule, sample));
      }
    }
    expect(different).toEqual([]);
  });
});

/** The lines on which substring matching failed, and what each is. */
const SIXTEEN = [
  ['Not logged in · Please run /login', 'auth.not_logged_in'],
  ['Login expired · Please run /login', 'auth.token_expired'],
  ['Invalid API key · Please run /login', 'auth.invalid_credentials'],
  ['Failed to authenticate. API Error: 401 Invalid bearer token', 'auth.invalid_credentials'],
  [
    'Failed to authenticate. API Error: 401 OAuth access token has expired. Re-authenticate to continue.',
    'auth.token_expired',
  ],
  ['Failed to authenticate. API Error: 401 Invalid authentication credentials', 'auth.invalid_credentials'],
  [
    'API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"OAuth token has expired. Please obtain a new token."}} · Please run /login',
    'auth.token_expired',
  ],
  ['Failed to authenticate: OAuth session expired and could not be refreshed', 'auth.token_expired'],
  ['Your organization has disabled Claude subscription access for Claude Code', 'auth.forbidden'],
  ['Credit balance is too low', 'billing.credit_exhausted'],
  ["You've hit your session limit · resets 3:30am (America/New_York)", 'quota.usage_limit'],
  ["You've hit your org's monthly spend limit · ask your admin to raise it", 'billing.credit_exhausted'],
] as const;

describe('the lines on which substring matching failed', () => {
  const result = (text: string, status: number | null = 401): string =>
    JSON.stringify({ type: 'result', subtype: 'success', is_error: true, api_error_status: status, result: text });

  it.each(SIXTEEN)('"%s" is %s, typed and as plain text', async (text, category) => {
    for (const line of [result(text, null), text]) {
      const { aborts } = await classify([line], 'claude-code');
      expect(aborts.map((command) => command.category)).toEqual([category]);
    }
  });

  it('gives the session limit its reset time, and the spend limit none', async () => {
    const session = await classify(
      [result("You've hit your session limit · resets 3:30am (America/New_York)", 429)],
      'claude-code',
    );
    expect(session.aborts[0]).toMatchObject({ not_before: '2026-11-23T08:30:00.000Z', reset_source: 'text' });
    const spend = await classify(
      [result("You've hit your org's monthly spend limit · ask your admin to raise it")],
      'claude-code',
    );
    expect(spend.aborts[0]?.not_before).toBeUndefined();
  });

  it.each([
    [
      'another process refreshing the token',
      JSON.stringify({
        type: 'assistant',
        message: {
          model: '<synthetic>',
          content: [
            {
              type: 'text',
              text: 'Failed to refresh OAuth token: another Claude Code process is refreshing it or exited mid-refresh.',
            },
          ],
        },
        error: 'server_error',
      }),
      'stdout',
    ],
    ['a session limit that is nearly used', "You've used 90% of your session limit · resets 7:20pm", 'stdout'],
    ['a git hook without a key', 'fatal: git@github.com: Permission denied (publickey). unauthorized', 'stderr'],
  ] as const)('does not abort for %s', async (_what, line, stream) => {
    expect((await classify([line], 'claude-code', stream)).aborts).toEqual([]);
  });

  it('calls a limit of the server a rate limit, and waits for the run to end', async () => {
    const text = 'API Error: Server is temporarily limiting requests (not your usage limit) · Rate limited';
    const { aborts } = await classify([result(text, 429)], 'claude-code');
    expect(aborts.map((command) => command.category)).toEqual(['rate_limit.429']);
  });

  it('is a prompt that is too long although the line mentions the limit', async () => {
    const text =
      "Prompt is too long · automatic compaction failed: You've hit your session limit · resets 3:50am (America/Toronto)";
    const { aborts } = await classify([result(text, null)], 'claude-code');
    expect(aborts.map((command) => command.category)).toEqual(['context.too_long']);
  });
});
