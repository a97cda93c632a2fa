import { describe, expect, it } from 'vitest';
import { classifyLog } from '../../src/memory/classify-log.ts';
import { claude } from '../support/claude-lines.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

/** What becomes of a log by rules of which some are only tried. */
async function decided(yaml: string, lines: readonly string[], stream: 'stdout' | 'stderr' = 'stdout') {
  const data = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const log = [{ stream, data }] as const;
  const { aborts, records } = await classifyLog(log, { rules: rulesFrom(yaml), atMs: T0, runtime: 'claude-code' });
  return {
    aborts: aborts.map(({ rule }) => rule.id),
    would: records.filter(({ disposition }) => disposition === 'would_abort').map(({ rule }) => rule.id),
  };
}

const cause = (id: string, more: string) =>
  `{ id: ${id}, title: A cause, category: auth.forbidden, examples: { match: [], ignore: [] }, ${more} }`;

describe('what is only tried takes the place of nothing', () => {
  const fails = [claude.init(), claude.fails('Your seat was taken away', 402)];

  it.each<[string, string]>([
    ['a rule', 'precedence: 90'],
    ['a rule of lower precedence, which says nothing as it would not speak', 'precedence: 10'],
  ])('%s', async (_, precedence) => {
    const yaml = `rules:
  - { id: firm, match: [{ event: result, text: 'seat was taken' }] }
  - { id: tried, status: experimental, ${precedence}, match: [{ event: result, text: 'seat' }] }`;
    expect(await decided(yaml, fails)).toEqual({ aborts: ['firm'], would: precedence.includes('90') ? ['tried'] : [] });
  });

  it('a cause', async () => {
    const yaml = `causes:
  - ${cause('firm', 'any: [{ message: seat was taken }]')}
  - ${cause('tried', 'status: experimental, precedence: 90, any: [{ message: seat }]')}
statements: [{ event: result, where: { is_error: true }, final: "yes" }]`;
    expect(await decided(yaml, fails)).toEqual({ aborts: ['firm'], would: ['tried'] });
  });

  it('a cause of an event that says that the run is over, whose words no other cause knows', async () => {
    const yaml = `causes:
  - ${cause('tried', 'status: experimental, any: [{ message: seat }]')}
statements: [{ event: result, where: { is_error: true }, final: "yes" }]`;
    expect(await decided(yaml, fails)).toEqual({ aborts: ['unmatched'], would: ['tried'] });
  });

  it('a cause of a line of text', async () => {
    const yaml = `causes:
  - ${cause('firm', 'any: [{ message: seat was taken }]')}
  - ${cause('tried', 'status: experimental, precedence: 90, any: [{ message: seat }]')}`;
    expect(await decided(yaml, ['Error: Your seat was taken away'], 'stderr')).toEqual({
      aborts: ['firm'],
      would: ['tried'],
    });
  });
});
