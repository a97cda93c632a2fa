import { expect, it } from 'vitest';
import { compileRules } from '../../../src/ruleset/compile-rules.ts';
import { aPack, aRule, typed } from '../build.ts';

const RULES = compileRules([
  aPack([
    aRule({ id: 'hit', match: [{ event: 'other' }, { event: 'result', where: { is_error: true } }] }),
    aRule({
      id: 'near',
      match: [
        { event: 'other', text: 'expired' },
        { event: 'result', text: 'revoked' },
      ],
    }),
    aRule({ id: 'excluded', match: [{ event: 'result' }], unless: [{ text: 'fine' }, { text: 'expired' }] }),
  ]),
]);

it('says of each rule why it hit, what came nearest, or which exclusion took the hit back', () => {
  const event = typed('result', { is_error: true }, { text: 'token expired' });
  const reports = RULES.explain(event, 'stdout', 'claude-code').map(({ rule, ...rest }) => ({
    key: rule.key,
    ...rest,
  }));
  expect(reports).toMatchObject([
    { key: 'test/hit', outcome: 'hit', clause: 1, condition: 0, report: { held: 'yes' } },
    {
      key: 'test/near',
      outcome: 'no',
      clause: 1,
      report: { held: 'no', failed: { part: 'text', wanted: 'revoked', found: '"token expired"' } },
    },
    { key: 'test/excluded', outcome: 'excluded', clause: 0, excludedBy: 1 },
  ]);
});
