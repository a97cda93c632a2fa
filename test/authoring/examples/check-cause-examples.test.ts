import { expect, it } from 'vitest';
import { checkCauseExamples } from '../../../src/authoring/examples/check-cause-examples.ts';
import { compileRules } from '../../../src/ruleset/compile-rules.ts';
import { readPack } from '../../../src/ruleset/load/read-pack.ts';

const PACK = `schema: knell.rules/v1
pack: test
version: "1.0.0"
runtime: any
causes:
  - id: expired
    title: It has expired
    category: auth.token_expired
    precedence: 40
    any: [{ message: 'expired' }]
    examples:
      match: ['Error: it has expired', 'the trial expired', 'it vanished']
      ignore: ['the key is wrong', 'the card expired']
  - id: trial
    title: The trial is over
    category: billing.credit_exhausted
    precedence: 80
    any: [{ message: 'trial expired' }]
    examples: { match: ['the trial expired'], ignore: [] }
`;

it('says of each example that does not hold why, and where it stands', () => {
  const read = readPack('test.yaml', Buffer.from(PACK));
  if (!read.pack) throw new Error('the pack does not read');
  const found = checkCauseExamples([{ pack: read.pack, source: read.source }], compileRules([read.pack]));
  expect(found.map(({ code, line, rule }) => [code, line, rule])).toEqual([
    ['example-taken', 12, 'test/expired'],
    ['example-missed', 12, 'test/expired'],
    ['example-hit', 13, 'test/expired'],
  ]);
});
