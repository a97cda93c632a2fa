import { beforeAll, describe, expect, test } from 'vitest';
import { catalogueOf } from '../../src/authoring/catalogue/catalogue.ts';
import { type AuthoredRules, type CheckedFolder, checkFolder } from '../../src/authoring/check-folder.ts';
import { testRules } from '../../src/authoring/examples/test-rules.ts';
import { tryLog } from '../../src/authoring/examples/try-log.ts';
import { decodeLog } from '../../src/authoring/explain/decode-log.ts';
import type { StreamName } from '../../src/contracts/run.ts';
import { hasErrors } from '../../src/ruleset/findings/finding.ts';
import { isCause } from '../../src/ruleset/rule-set.ts';
import { partOf, partOfCount } from '../support/part-of.ts';

let checked: CheckedFolder;
let authored: AuthoredRules;
beforeAll(async () => {
  checked = await checkFolder('rules');
  if (!checked.authored) throw new Error('the shipped packs do not load');
  authored = checked.authored;
});

describe('the shipped packs', () => {
  test('check without an error, and every example holds', () => {
    expect(checked.findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(hasErrors(checked.findings)).toBe(false);
    expect(authored.cases.length).toBeGreaterThan(150);
  });

  test('stand by their examples however they are mutated, and end nobody who quotes them', {
    timeout: 900_000,
  }, async () => {
    // `knell rules test` tries all of them.
    const cases = partOf(authored.cases, 8, ({ key, kind }) => `${key.split('/')[0]} ${kind}`);
    const { summary, failures } = await testRules({ ...authored, cases });
    expect(failures.map(({ rule, how, runtime, message }) => `${rule}, ${how}, ${runtime}: ${message}`)).toEqual([]);
    expect(summary.mutations).toBeGreaterThan(partOfCount(500, 8));
    expect(summary.quotes).toBeGreaterThan(partOfCount(5_000, 8));
  });

  test('are explained as they are matched, on every line of every example', () => {
    const { rules, cases } = authored;
    let compared = 0;
    for (const { lines, stream, runtime } of cases) {
      for (const { event } of decodeLog(lines, runtime, stream)) {
        const hits = new Set(
          rules
            .match(event, stream, runtime)
            .hits.filter(({ rule }) => !isCause(rule))
            .map(({ rule }) => rule.key),
        );
        const reports = rules.explain(event, stream, runtime);
        const explained = reports.filter(({ outcome }) => outcome === 'hit').map(({ rule }) => rule.key);
        expect(new Set(explained)).toEqual(hits);
        for (const { outcome, report } of reports) expect(outcome === 'no').toBe(report.held === 'no');
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(200);
  });

  test('each have an entry in the catalogue, and so has each statement', () => {
    const packs = (checked.packs ?? []).map(({ pack }) => pack);
    const entries = catalogueOf(packs).flatMap((pack) => pack.entries);
    const names = new Set(entries.map(({ name }) => name));
    expect(authored.rules.rules.map(({ key }) => key).filter((key) => !names.has(key))).toEqual([]);
    const statements = packs.reduce((sum, pack) => sum + pack.statements.length, 0);
    expect(entries.filter(({ kind }) => kind === 'statement')).toHaveLength(statements);
  });
});

/*
 * The lines on which substring matching failed. Each is tried as plain text of a run that then says nothing more, and,
 * where the program prints it in a typed event too, in that event.
 */
const REFRESH =
  'Failed to refresh OAuth token: another Claude Code process is refreshing it or exited mid-refresh. This is usually transient; retry in a minute';
const SESSION_LIMIT = "You've hit your session limit · resets 3:30am (America/New_York)";
const SPEND_LIMIT = "You've hit your org's monthly spend limit · ask your admin to raise it";
const LIMITING = 'API Error: Server is temporarily limiting requests (not your usage limit) · Rate limited';
const BEARER = 'Failed to authenticate. API Error: 401 Invalid bearer token';
const EXPIRED = 'Failed to authenticate. API Error: 401 OAuth access token has expired. Re-authenticate to continue.';
const SUBSCRIPTION_OFF = 'Your organization has disabled Claude subscription access for Claude Code';

interface Told {
  readonly category: string | null;
  /** Left out where the run has given up by itself: nothing is left to be ended. */
  readonly abort?: boolean;
  readonly reset?: boolean;
  readonly retryable?: boolean;
}
const doomed = (category: string): Told => ({ category, abort: true });
const transient = (category: string): Told => ({ category, retryable: true });

const synthetic = (text: string, error: string) =>
  JSON.stringify({
    type: 'assistant',
    message: { model: '<synthetic>', role: 'assistant', content: [{ type: 'text', text }] },
    parent_tool_use_id: null,
    error,
  });
const result = (text: string, status: number) =>
  JSON.stringify({
    type: 'result',
    subtype: 'success',
    is_error: true,
    api_error_status: status,
    terminal_reason: 'api_error',
    result: text,
  });

const SIXTEEN: readonly (readonly [line: string, told: Told, typed?: string])[] = [
  [
    'Not logged in · Please run /login',
    doomed('auth.not_logged_in'),
    synthetic('Not logged in · Please run /login', 'authentication_failed'),
  ],
  [
    'Login expired · Please run /login',
    doomed('auth.token_expired'),
    synthetic('Login expired · Please run /login', 'authentication_failed'),
  ],
  [
    'Invalid API key · Please run /login',
    doomed('auth.invalid_credentials'),
    synthetic('Invalid API key · Please run /login', 'authentication_failed'),
  ],
  [BEARER, doomed('auth.invalid_credentials'), result(BEARER, 401)],
  [EXPIRED, doomed('auth.token_expired'), result(EXPIRED, 401)],
  [
    'Failed to authenticate. API Error: 401 Invalid authentication credentials',
    doomed('auth.invalid_credentials'),
    result('Failed to authenticate. API Error: 401 Invalid authentication credentials', 401),
  ],
  [
    'API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"OAuth token has expired. Please obtain a new token."}} · Please run /login',
    doomed('auth.token_expired'),
  ],
  [
    'Failed to authenticate: OAuth session expired and could not be refreshed',
    doomed('auth.token_expired'),
    result('Failed to authenticate: OAuth session expired and could not be refreshed', 401),
  ],
  [SUBSCRIPTION_OFF, doomed('auth.forbidden'), synthetic(SUBSCRIPTION_OFF, 'oauth_org_not_allowed')],
  [
    'Credit balance is too low',
    doomed('billing.credit_exhausted'),
    synthetic('Credit balance is too low', 'billing_error'),
  ],
  [REFRESH, { ...transient('auth.token_expired'), abort: false }, synthetic(REFRESH, 'server_error')],
  [SESSION_LIMIT, { ...doomed('quota.usage_limit'), reset: true }, result(SESSION_LIMIT, 429)],
  [SPEND_LIMIT, { ...doomed('billing.credit_exhausted'), reset: false }, result(SPEND_LIMIT, 429)],
  ["You've used 90% of your session limit · resets 7:20pm", { category: null, abort: false }],
  [LIMITING, transient('rate_limit.429'), result(LIMITING, 429)],
];

describe('the lines on which substring matching failed', () => {
  const cases = SIXTEEN.flatMap(([line, told, typed]) => [
    { how: 'as text', shown: line, line, told },
    ...(typed === undefined ? [] : [{ how: 'as an event', shown: line, line: typed, told }]),
  ]);

  async function tell(line: string, stream: StreamName = 'stdout') {
    const { aborts, records, notices, state } = await tryLog(
      { lines: [line], runtime: 'claude-code', stream },
      authored.rules,
    );
    const record = records.find(({ disposition }) => disposition !== 'suppressed');
    return {
      abort: aborts.length > 0,
      category: state?.verdict?.category ?? record?.category ?? null,
      notBefore: aborts[0]?.not_before ?? record?.not_before,
      retryable: (aborts[0] ?? record)?.retryable,
      notices: notices.map(({ kind }) => kind),
    };
  }

  test.each(cases)('come out right by who said them, $how: $shown', async ({ line, told }) => {
    const { abort, category, notBefore, retryable } = await tell(line);
    if (told.abort !== undefined) expect(abort).toBe(told.abort);
    if (told.retryable !== undefined) expect(retryable).toBe(told.retryable);
    expect(category).toBe(told.category);
    if (told.reset !== undefined) expect(notBefore !== undefined).toBe(told.reset);
  });

  test('reset a session limit at the time that is named, in its zone', async () => {
    expect((await tell(SESSION_LIMIT)).notBefore).toBe('2026-11-23T08:30:00.000Z');
  });

  test('warn of a limit that is near without a failure', async () => {
    expect((await tell("You've used 90% of your session limit · resets 7:20pm")).notices).toEqual(['quota_warning']);
  });

  test('never blame the credential for what a git hook prints on stderr', async () => {
    const { abort, category } = await tell(
      'fatal: Could not read from remote repository: Permission denied (publickey). unauthorized',
      'stderr',
    );
    expect(abort).toBe(false);
    expect(category?.startsWith('auth.') ?? false).toBe(false);
  });
});
