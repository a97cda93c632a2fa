import { describe, expect, test } from 'vitest';
import { aRule } from '../../ruleset/build.ts';
import { claude } from '../../support/claude-lines.ts';
import { checkRules } from '../broken-packs.ts';

const result = (text: string, status = 401) => claude.fails(text, status);
const expired = {
  id: 'expired',
  match: [{ event: 'result', where: { api_error_status: 401 }, text: '^Token expired' }],
};
const banner = { id: 'banner', match: [{ line: 'Login expired, run the login', quiet: '20s' }] };

async function codesOf(...rules: Record<string, unknown>[]): Promise<string[]> {
  return (await checkRules(rules)).findings.map(({ code, rule }) => `${code} ${rule}`);
}

describe('an example', () => {
  test('that its own rule speaks for is fine, as is a near miss', async () => {
    const examples = { match: [result('Token expired.')], ignore: [claude.says('Token expired.')] };
    expect(await codesOf(aRule({ ...expired, examples }))).toEqual([]);
  });

  test.each([
    ['does not hit its rule', 'example-missed', { match: [result('Token revoked.')], ignore: ['fine'] }, expired],
    [
      'is hit although it must not be',
      'example-hit',
      { match: [result('Token expired.')], ignore: [result('Token expired, too.')] },
      expired,
    ],
    [
      'is for a runtime that the pack is not for',
      'example-missed',
      { match: [{ lines: result('Token expired.'), runtime: 'codex' }], ignore: ['fine'] },
      expired,
    ],
    [
      'is excluded by the rule itself',
      'example-missed',
      { match: [result('Token expired.')], ignore: ['fine'] },
      { ...expired, unless: [{ text: 'expired' }] },
    ],
    [
      'is too short for a repetition',
      'example-incomplete',
      { match: [claude.retry(401)], ignore: ['fine'] },
      {
        id: 'twice',
        match: [{ event: 'system/api_retry', where: { error_status: 401 }, repeat: { count: 2, within: '30s' } }],
      },
    ],
    [
      'goes on after the message',
      'example-dropped',
      { match: [{ lines: ['Login expired, run the login', 'Now the tests are green.'] }], ignore: ['fine'] },
      banner,
    ],
    [
      'comes out as another category',
      'example-category',
      { match: [{ lines: result('Token expired.'), category: 'auth.forbidden' }], ignore: ['fine'] },
      expired,
    ],
  ])('that %s is a finding', async (_title, code, examples, rule) => {
    expect(await codesOf(aRule({ ...rule, examples }))).toEqual([`${code} test/${rule.id}`]);
  });

  test('that another rule takes names that rule and both precedences', async () => {
    const examples = { match: [result('Token expired.')], ignore: ['fine'] };
    const { findings } = await checkRules([
      aRule({ ...expired, precedence: 40, examples }),
      aRule({ ...expired, id: 'stronger', precedence: 60, examples }),
    ]);
    expect(findings).toMatchObject([{ code: 'example-taken', rule: 'test/expired' }]);
    expect(findings[0]?.message).toMatch(/`test\/stronger`, precedence 60 against 40/);
  });

  test('that is missed is told which condition failed first, and where it stands', async () => {
    const examples = { match: [result('Token expired.', 403)], ignore: ['fine'] };
    const { findings } = await checkRules([aRule({ ...expired, examples })]);
    expect(findings[0]?.message).toMatch(/where\.api_error_status.* wants `401` and finds `403`/);
    expect(findings[0]?.line).toBeGreaterThan(10);
  });

  test('on a channel of the runtime alone needs no quiet, and one on a shared channel does', async () => {
    const examples = { match: [{ lines: 'Login expired, run the login', stream: 'stderr' }], ignore: ['fine'] };
    const stated = { id: 'stated', match: [{ line: 'Login expired, run the login', stream: 'stderr' }] };
    expect(await codesOf(aRule({ ...stated, examples }))).toEqual([]);
    const { findings } = await checkRules([aRule({ ...stated, examples })], { runtime: ['claude-code', 'codex'] });
    expect(findings.map(({ code }) => code)).toContain('abort-unconfirmed');
  });

  test('of a rule that has been replaced is left alone', async () => {
    const examples = { match: [result('Nothing of the kind.')], ignore: ['fine'] };
    const fine = { match: [result('Token expired.')], ignore: ['fine'] };
    const retired = aRule({ ...expired, id: 'retired', status: 'deprecated', replaced_by: 'expired', examples });
    expect(await codesOf(retired, aRule({ ...expired, examples: fine }))).toEqual([]);
  });
});

test('files with errors are reported without running an example', async () => {
  const { findings, authored } = await checkRules([aRule({ match: [{ event: 'result', text: '(' }] })]);
  expect(findings.map(({ code }) => code)).toEqual(['pattern-invalid']);
  expect(authored).toBeUndefined();
});
