import { describe, expect, test } from 'vitest';
import { explainLog } from '../../src/authoring/explain/explain-log.ts';
import { explainRecord, readVerdict } from '../../src/authoring/explain/explain-record.ts';
import { classifyLog } from '../../src/memory/classify-log.ts';
import { claude } from '../support/claude-lines.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const rules = rulesFrom(`
signals:
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
rules:
  - id: retry-401
    category: auth.invalid_credentials
    precedence: 30
    match: [{ event: system/api_retry, where: { error_status: 401 }, repeat: { count: 2, within: 30s } }]
  - id: retry-seen
    category: auth.invalid_credentials
    precedence: 20
    action: record
    match: [{ event: system/api_retry, where: { error_status: 401 } }]
  - id: token-expired
    precedence: 80
    match:
      - { event: result, where: { api_error_status: 401 }, text: 'token has expired' }
      - { line: 'Login expired · Please run /login', quiet: 20s }
    unless: [{ text: 'in two of nine runs' }]
`);

const explain = (lines: readonly string[], more: { all?: boolean; runtime?: string } = {}) =>
  explainLog(lines, { rules, stream: 'stdout', atMs: T0, ...more });

describe('the explanation of a line', () => {
  test('names the first condition that failed, what it wanted and what it found', async () => {
    const { lines } = await explain([claude.fails('OAuth token has expired.', 403)]);
    expect(lines[0]).toMatchObject({
      number: 1,
      event: 'result',
      provenance: 'runtime',
      standing: 'typed',
      claimsError: true,
    });
    expect(lines[0]?.rules).toEqual([
      {
        rule: 'test/token-expired',
        outcome: 'no',
        because: 'clause 1, `where.api_error_status`: 401 wanted, 403 found',
      },
    ]);
  });

  test('says which rule spoke for it, which was outranked, and which waits for more', async () => {
    const { lines } = await explain([claude.init(), claude.retry(401), claude.retry(401, 2)]);
    expect(lines.map(({ rules: said }) => said.map(({ rule, outcome }) => `${rule} ${outcome}`))).toEqual([
      ['test/retry-401 waiting', 'test/retry-seen hit'],
      ['test/retry-401 hit', 'test/retry-seen outranked'],
    ]);
    expect(lines.map(({ decisions }) => decisions)).toEqual([
      ['counted for test/retry-401: 1 of 2 within 30 s', 'recorded: auth.invalid_credentials by test/retry-seen'],
      [
        'counted for test/retry-401: 2 of 2 within 30 s',
        'ABORT auth.invalid_credentials by test/retry-401, typed evidence, scope run',
        'not acted on: auth.invalid_credentials by test/retry-seen, because another record names what the run failed of',
      ],
    ]);
  });

  test('says that an exclusion took a hit back', async () => {
    const { lines } = await explain([claude.fails('The token has expired in two of nine runs.', 401)]);
    expect(lines[0]?.rules[0]).toMatchObject({ rule: 'test/token-expired', outcome: 'excluded' });
  });

  test('tells of a suspicion, and of what became of it', async () => {
    const banner = 'Login expired · Please run /login';
    const quiet = await explain([banner], { runtime: 'claude-code' });
    expect(quiet.lines[0]?.decisions).toEqual([
      'suspicion by test/token-expired, mixed evidence: waits for 20 s of silence, or the exit',
    ]);
    expect(quiet.ending[0]).toMatch(/^suspicion confirmed.*ABORT auth\.token_expired/);
    const spoken = await explain([banner, 'I renewed it and went on.'], { runtime: 'claude-code' });
    expect(spoken.ending[0]).toMatch(/^not acted on: .*because the run went on/);
  });

  test('says who spoke when nobody may testify', async () => {
    const { lines } = await explain([claude.init(), claude.says('OAuth token has expired.')], { all: true });
    expect(lines[1]).toMatchObject({ event: 'assistant', provenance: 'narration', decisions: [] });
    expect(lines[1]?.rules.filter(({ outcome }) => outcome !== 'no')).toEqual([]);
  });

  test('is left out for lines that nothing is to be said about', async () => {
    const { lines } = await explain([claude.init(), claude.says('Hello.'), claude.succeeds()]);
    expect(lines.map(({ number, signals }) => [number, signals])).toEqual([[3, ['test/done: success']]]);
  });

  test('speaks of drift where no rule knows an error', async () => {
    const { lines } = await explain([claude.init(), claude.fails('I am a teapot', 418)]);
    expect(lines[0]?.decisions.join('\n')).toMatch(/drift v1-[0-9a-f]{16}: an error that no rule knows/);
  });
});

describe('the explanation of a record', () => {
  async function paragraphsFor(lines: readonly string[], runtime: string, nth = 0) {
    const data = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const { records, aborts } = await classifyLog([{ stream: 'stdout', data }], { rules, runtime, atMs: T0 });
    const record = readVerdict(JSON.stringify(records[nth]));
    if (!record) throw new Error('there is no record');
    const read = (one: typeof record) =>
      explainRecord(one, rules)
        .flatMap(({ title, sentences }) => [title, ...sentences])
        .join('\n');
    return { text: read(record), ofCommand: aborts[0] && read(aborts[0]) };
  }

  test('of an abort names the rule, its evidence and grade, and what would change it', async () => {
    const { text, ofCommand } = await paragraphsFor(
      [claude.init(), claude.fails('The token has expired.', 401)],
      'claude-code',
    );
    expect(text).toContain('The run scan.log.1 of claude-code was ended');
    expect(text).toContain('test/token-expired, version 1.0.0');
    expect(text).toContain('decided by /api_error_status');
    expect(text).toContain('The rules have not changed since.');
    expect(text).toContain('examples.ignore');
    expect(ofCommand).toContain('The command holds until');
  });

  test.each([
    ['a suspicion that was dropped', ['Login expired · Please run /login', 'and on'], 'Add those lines to `continues`'],
    ['a rule that only records', [claude.init(), claude.retry(401)], 'The rule has `action: record`'],
    ['a failure that no rule knows', [claude.init(), claude.fails('I am a teapot', 418)], 'knell rules draft --from'],
  ])('of %s says so', async (_title, lines, expected) => {
    expect((await paragraphsFor(lines, 'claude-code')).text).toContain(expected);
  });

  test('is not tried on other JSON', () => {
    expect(readVerdict('{"schema":"knell.run/v1"}')).toBeUndefined();
    expect(readVerdict('not JSON')).toBeUndefined();
  });
});
