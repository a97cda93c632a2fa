import { describe, expect, test } from 'vitest';
import { examplesOf } from '../../../src/authoring/examples/example-case.ts';
import { type TestReport, testRules } from '../../../src/authoring/examples/test-rules.ts';
import { compileRules } from '../../../src/ruleset/compile-rules.ts';
import { unwritten } from '../../../src/ruleset/findings/rule-source.ts';
import { aPack, aRule } from '../../ruleset/build.ts';
import { claude } from '../../support/claude-lines.ts';

/** Tests rules that were not checked: what the checker refuses must still be caught here. */
function testOf(rules: readonly Record<string, unknown>[], only?: string): Promise<TestReport> {
  const pack = aPack(rules);
  const cases = examplesOf([{ pack, source: unwritten('test.yaml') }]);
  return testRules({ rules: compileRules([pack]), cases }, only === undefined ? {} : { rule: only });
}
const failuresOf = async (rule: Record<string, unknown>) =>
  (await testOf([aRule(rule)])).failures.map(({ kind, how }) => `${kind}: ${how}`);

const steady = {
  match: [{ event: 'result', where: { api_error_status: 401 }, text: "^Token isn't valid" }],
  examples: {
    match: [claude.fails("Token isn't valid · run /login", 401)],
    ignore: [claude.says("Token isn't valid")],
  },
};

describe('a rule that is right', () => {
  test('stands by its examples through every mutation and every quotation', async () => {
    const { summary, failures } = await testOf([aRule(steady)]);
    expect(failures).toEqual([]);
    expect(summary).toMatchObject({ rules: 1, examples: 2, failures: 0 });
    expect(summary.mutations).toBeGreaterThan(15);
    expect(summary.quotes).toBeGreaterThan(80);
  });

  test('is tested alike each time', async () => {
    expect(await testOf([aRule(steady)])).toEqual(await testOf([aRule(steady)]));
  });

  test('may be tested alone', async () => {
    const { summary } = await testOf([aRule(steady), aRule({ ...steady, id: 'other' })], 'test/other');
    expect(summary).toMatchObject({ rules: 1, examples: 2 });
  });
});

describe('a rule that changes its mind', () => {
  test.each([
    [
      'over the attempt',
      {
        match: [{ event: 'system/api_retry', where: { attempt: 1 } }],
        examples: { match: [claude.retry(401)], ignore: [] },
      },
      ['mutation: other ids and times'],
    ],
    [
      'over an id in the text',
      {
        match: [{ line: 'request req_abc123def failed', exit: true }],
        examples: { match: ['request req_abc123def failed'], ignore: [] },
      },
      ['mutation: other ids and times'],
    ],
    [
      'over case, although its pattern says that case does not matter',
      {
        match: [{ line: '(?i)error: .*', exit: true }],
        unless: [{ text: '[A-Z]{7}' }],
        examples: { match: ['Error: the licence has expired'], ignore: [] },
      },
      ['mutation: upper case'],
    ],
  ])('%s is said to', async (_title, rule, expected) => {
    expect(await failuresOf(rule)).toEqual(expected);
  });

  test('is shown with the line that it changed it on', async () => {
    const { failures } = await testOf([
      aRule({
        match: [{ event: 'system/api_retry', where: { attempt: 1 } }],
        examples: { match: [claude.retry(401)], ignore: [] },
      }),
    ]);
    expect(failures[0]).toMatchObject({ rule: 'test/a-rule', place: 'test.yaml:1', runtime: 'claude-code' });
    expect(failures[0]?.lines.join()).toContain('"attempt":4');
  });

  test('before anything is mutated is a failing example', async () => {
    const examples = { match: [claude.fails('Something else', 401)], ignore: [claude.fails("Token isn't valid", 401)] };
    expect(await failuresOf({ ...steady, examples })).toEqual(['example: as written', 'example: as written']);
  });
});

describe('a rule that believes who only quotes', () => {
  test('is caught in the runtime and the event in which it does', async () => {
    const { failures } = await testOf([
      aRule({
        match: [{ event: 'assistant', provenance: ['runtime', 'narration'], text: 'the licence has expired' }],
        examples: { match: [claude.synthetic('the licence has expired', 'billing_error')], ignore: [] },
      }),
    ]);
    const quotes = failures.filter(({ kind }) => kind === 'quote');
    expect(quotes.map(({ how, runtime }) => `${how}, ${runtime}`)).toContain('narration in assistant, claude-code');
    expect(quotes.every(({ message }) => message.startsWith('test/a-rule ends a healthy run'))).toBe(true);
  });
});
