import { describe, expect, test } from 'vitest';
import { classifyLog, type LogVerdict } from '../../src/memory/classify-log.ts';
import { claude } from '../support/claude-lines.ts';
import fc from '../support/fast-check.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const rules = rulesFrom(`
signals:
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
  - { id: started, means: started, version: claude_code_version, match: [{ event: system/init }] }
  - { id: own-key, means: credential, kind: api_key, match: [{ event: system/init, where: { apiKeySource: { not: none } } }] }
rules:
  - id: retry-401
    category: auth.invalid_credentials
    precedence: 30
    match: [{ event: system/api_retry, where: { error_status: 401 }, repeat: { count: 2, within: 30s } }]
    recover: [{ event: assistant, provenance: narration }]
  - id: token-expired
    precedence: 80
    match:
      - { event: [result, assistant], text: 'token has expired' }
      - { line: 'Login expired · Please run /login', quiet: 20s }
  - id: overloaded
    category: provider.overloaded
    action: record
    match: [{ event: system/api_retry, where: { error_status: 529 } }]
  - id: tried
    category: auth.forbidden
    status: experimental
    match: [{ event: result, where: { api_error_status: 403 } }]
  - id: order
    category: runtime.crash
    match:
      - sequence: [{ event: system/a }, { event: system/b }]
        within: 1m
`);

function classify(lines: readonly string[], runtime?: string): Promise<LogVerdict> {
  const data = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return classifyLog([{ stream: 'stdout', data }], { rules, atMs: T0, ...(runtime ? { runtime } : {}) });
}
const abortsOf = async (...lines: string[]) => (await classify(lines)).aborts.map(({ category }) => category);
const dispositionsOf = async (...lines: string[]) =>
  (await classify(lines)).records.map(({ disposition, category }) => `${disposition} ${category}`);

describe('a typed failure of the runtime', () => {
  test('aborts the run, with the field that decided as evidence', async () => {
    const { aborts, records } = await classify([claude.init(), claude.fails('OAuth token has expired.', 401)]);
    expect(aborts).toHaveLength(1);
    expect(aborts[0]).toMatchObject({
      category: 'auth.token_expired',
      grade: 'typed',
      runtime: { name: 'claude-code', version: '2.1.197' },
    });
    expect(aborts[0]?.evidence[0]).toMatchObject({
      stream: 'stdout',
      line: 1,
      event: expect.stringContaining('result'),
    });
    expect(records[0]).toMatchObject({ disposition: 'aborted', command_id: aborts[0]?.command_id });
  });

  test('counts only as often as the rule asks for', async () => {
    expect(await abortsOf(claude.init(), claude.retry(401))).toEqual([]);
    expect(await abortsOf(claude.init(), claude.retry(401), claude.retry(401, 2))).toEqual([
      'auth.invalid_credentials',
    ]);
  });

  test('is forgotten when the run recovers in between', async () => {
    expect(await abortsOf(claude.init(), claude.retry(401), claude.says('On with it.'), claude.retry(401, 2))).toEqual(
      [],
    );
  });

  test('of a subagent ends nothing', async () => {
    expect(
      await abortsOf(claude.init(), claude.synthetic('OAuth token has expired.', 'authentication_failed', 'toolu_9')),
    ).toEqual([]);
  });

  test('after the run reported its result is recorded and ends nothing', async () => {
    const lines = [claude.init(), claude.succeeds(), claude.fails('OAuth token has expired.', 401)];
    expect(await abortsOf(...lines)).toEqual([]);
    expect(await dispositionsOf(...lines)).toEqual(['suppressed auth.token_expired']);
  });

  test('a sequence holds only in its order', async () => {
    const [a, b] = ['a', 'b'].map((subtype) => JSON.stringify({ type: 'system', subtype, session_id: 's1' })) as [
      string,
      string,
    ];
    expect(await abortsOf(claude.init(), a, b)).toEqual(['runtime.crash']);
    expect(await abortsOf(claude.init(), b, a)).toEqual([]);
  });
});

describe('somebody else who says the same', () => {
  const text = 'Failed to authenticate. API Error: 401 OAuth token has expired.';
  test.each([
    ['the model in prose', claude.says(text)],
    ['a tool', claude.toolSays(claude.fails(text, 401))],
    ['a line that is not JSON among JSON lines', text],
    ['the model, quoting a whole event', claude.says(claude.fails(text, 401))],
  ])('%s ends nothing', async (_who, line) => {
    expect(await abortsOf(claude.init(), line)).toEqual([]);
  });
});

describe('a banner on a channel that the model shares', () => {
  const banner = 'Login expired · Please run /login';
  test('aborts when the run then says nothing more', async () => {
    const { aborts } = await classify([banner], 'claude-code');
    expect(aborts).toMatchObject([{ category: 'auth.token_expired', grade: 'mixed' }]);
  });

  test('is dropped, and recorded as dropped, when the run goes on', async () => {
    const { aborts, records } = await classify(['It printed:', banner, 'so I fixed the login.'], 'claude-code');
    expect(aborts).toEqual([]);
    expect(records).toMatchObject([{ disposition: 'suppressed', reason: expect.stringContaining('went on') }]);
  });

  test('survives blank and indented lines that belong to the same message', async () => {
    const { aborts } = await classify([banner, '', '    at login (cli.js:1:2)'], 'claude-code');
    expect(aborts).toHaveLength(1);
  });

  test('that is part of a longer line is nothing', async () => {
    const { aborts, records } = await classify([`> ${banner}`], 'claude-code');
    expect([...aborts, ...records]).toEqual([]);
  });
});

describe('what is not an abort', () => {
  test('a rule that records says so once for a run', async () => {
    expect(await dispositionsOf(claude.init(), claude.retry(529), claude.retry(529, 2))).toEqual([
      'recorded provider.overloaded',
    ]);
  });

  test('an experimental rule says what it would have done', async () => {
    const lines = [claude.init(), claude.fails('Forbidden', 403)];
    expect(await abortsOf(...lines)).toEqual([]);
    expect(await dispositionsOf(...lines)).toEqual(['would_abort auth.forbidden']);
  });

  test('in shadow mode nothing is, and the record says what would have been', async () => {
    const data = Buffer.from(`${claude.init()}\n${claude.fails('token has expired', 401)}\n`);
    const policy = { mode: 'shadow', commandTtlMs: 1_000, zone: 'UTC' } as const;
    const verdict = await classifyLog([{ stream: 'stdout', data }], { rules, atMs: T0, policy });
    expect(verdict.aborts).toEqual([]);
    expect(verdict.records).toMatchObject([{ disposition: 'would_abort', mode: 'shadow', reason: 'shadow mode' }]);
  });
});

test("an API key of the run's own is named as the credential", async () => {
  const { aborts } = await classify([claude.init('ANTHROPIC_API_KEY'), claude.fails('token has expired', 401)]);
  expect(aborts[0]?.credential).toEqual({ kind: 'api_key' });
});

test('a later and more specific failure sharpens the verdict without a second command', async () => {
  const { aborts, state } = await classify([
    claude.init(),
    claude.retry(401),
    claude.retry(401, 2),
    claude.fails('OAuth token has expired', 401),
  ]);
  expect(aborts).toMatchObject([{ category: 'auth.invalid_credentials' }]);
  expect(state?.verdict).toMatchObject({ category: 'auth.token_expired', later: 1 });
});

test('the answer is the same however the lines are cut into messages', async () => {
  const lines = [
    claude.init(),
    claude.retry(529),
    claude.retry(401),
    claude.says('OAuth token has expired, says the log'),
    claude.retry(401, 2),
    claude.toolSays('Login expired · Please run /login'),
    claude.retry(401, 3),
    claude.fails('OAuth token has expired', 401),
  ].map((line) => `${line}\n`);
  const whole = await classify(lines.map((line) => line.trimEnd()));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: lines.length, maxLength: lines.length }), async (cuts) => {
      const chunks: string[] = [];
      for (const [index, line] of lines.entries()) {
        if (index === 0 || cuts[index]) chunks.push(line);
        else chunks[chunks.length - 1] += line;
      }
      const cut = await classifyLog(
        chunks.map((chunk) => ({ stream: 'stdout' as const, data: Buffer.from(chunk) })),
        { rules, atMs: T0 },
      );
      const told = (verdict: LogVerdict) => ({
        aborts: verdict.aborts.map(({ command_id, category, rule }) => [command_id, category, rule.id]),
        records: verdict.records.map(({ record_id, category, disposition }) => [record_id, category, disposition]),
        lines: verdict.records.flatMap(({ evidence }) => evidence.map(({ line }) => line)),
      });
      expect(told(cut)).toEqual(told(whole));
    }),
    { numRuns: 60 },
  );
});

describe('a failure that no rule knows', () => {
  test('is recorded with a fingerprint, told of once, and ends nothing', async () => {
    const lines = [claude.init(), claude.fails('The flux capacitor melted (request 1234)', 418)];
    const { aborts, records, notices } = await classify(lines);
    expect(aborts).toEqual([]);
    expect(records).toMatchObject([
      { category: 'unknown.unmatched', disposition: 'recorded', rule: { pack: 'drift' } },
    ]);
    expect(notices).toMatchObject([
      { kind: 'drift', fingerprint: expect.stringMatching(/^v1-[0-9a-f]{16}$/), count: 1 },
    ]);
    const again = await classify([claude.init(), claude.fails('The flux capacitor melted (request 987)', 418)]);
    expect(again.notices[0]?.fingerprint).toBe(notices[0]?.fingerprint);
    const other = await classify([claude.init(), claude.fails('The flux capacitor froze', 418)]);
    expect(other.notices[0]?.fingerprint).not.toBe(notices[0]?.fingerprint);
  });

  test('is none when a rule is already counting it', async () => {
    expect(await dispositionsOf(claude.init(), claude.retry(401))).toEqual([]);
  });
});

describe('a banner on a channel with headings', () => {
  const onStderr = rulesFrom(
    `
rules:
  - id: banner
    match: [{ line: 'ERROR: the token has expired', quiet: 5m }]
`,
    'codex',
  );
  const abortsIn = async (...lines: string[]) => {
    const data = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    return (await classifyLog([{ stream: 'stderr', data }], { rules: onStderr, atMs: T0, runtime: 'codex' })).aborts;
  };

  test('aborts where the runtime says it last', async () => {
    expect(await abortsIn('user', 'Go', 'ERROR: the token has expired')).toHaveLength(1);
  });

  test('aborts nothing where a command printed it, though nothing follows', async () => {
    expect(
      await abortsIn('exec', "/bin/bash -lc 'x' in /srv", ' exited 1 in 0ms:', 'ERROR: the token has expired'),
    ).toEqual([]);
  });
});
