import { describe, expect, it } from 'vitest';
import { checkPacks } from '../../../src/ruleset/check/check-pack.ts';
import { readPack } from '../../../src/ruleset/load/read-pack.ts';

const findings = (body: string) => {
  const text = `schema: knell.rules/v1\npack: test\nversion: "1.0.0"\nruntime: any\n${body}`;
  const read = readPack('test.yaml', Buffer.from(text));
  if (!read.pack) throw new Error(read.findings.map(({ message }) => message).join('\n'));
  return checkPacks([{ pack: read.pack, source: read.source }]).map(({ code, level, line, hint }) => ({
    code,
    level,
    line,
    hint,
  }));
};

const cause = (condition: string) =>
  `causes:\n  - id: gone\n    title: It is gone\n    category: auth.token_expired\n    any:\n      - ${condition}\n    examples: { match: [], ignore: [] }\n`;

describe('checking causes', () => {
  it('finds a pattern that can’t be compiled, with its line and a hint', () => {
    expect(findings(cause("message: ['fine', 'broken (']"))).toEqual([
      { code: 'pattern-invalid', level: 'error', line: 10, hint: expect.stringContaining('brackets') },
    ]);
    expect(findings(cause("banner: '(?=ahead)'"))).toEqual([
      { code: 'pattern-invalid', level: 'error', line: 10, hint: expect.stringContaining('unless') },
    ]);
  });

  it('warns of a loose join and of a pattern that is too long to read', () => {
    expect(findings(cause("message: 'model.{0,90}unknown'"))).toMatchObject([
      { code: 'pattern-loose', level: 'warning' },
    ]);
    expect(findings(cause(`message: '${'a word '.repeat(70)}'`))).toMatchObject([{ code: 'pattern-long' }]);
  });

  it.each([
    ['words that name no failure', cause("message: '.*error.*'"), 'pattern-common-word'],
    ['several such words', cause("message: 'failed|error'"), 'pattern-common-word'],
    ['words of any healthy line', cause("message: 'run|test'"), 'pattern-too-general'],
    ['a banner that any line begins with', cause("banner: '.*the.*'"), 'pattern-too-general'],
    ['a statement that any line states', "statements:\n  - text: '(.*)'\n", 'pattern-too-general'],
  ])('refuses %s', (_what, body, code) => {
    expect(findings(body)).toMatchObject([{ code, level: 'error' }]);
  });

  it.each([
    ['a status narrows', "{ message: 'error', status: 418 }"],
    ['a word makes telling', "message: 'teapot error|overloaded'"],
    ['codes tell before', "{ message: 'error', coarse: true }"],
  ])('takes a common word that %s', (_what, condition) => {
    expect(findings(cause(condition))).toEqual([]);
  });

  it('is content with the rest', () => {
    expect(findings(cause("message: 'model.{0,60}unknown'"))).toEqual([]);
  });

  it('checks statements too', () => {
    expect(findings("statements:\n  - text: 'It broke: ('\n")).toMatchObject([{ code: 'pattern-invalid', line: 6 }]);
    expect(findings("statements:\n  - event: error\n    retrying: 'again ('\n")).toMatchObject([
      { code: 'pattern-invalid', line: 7 },
    ]);
  });
});
