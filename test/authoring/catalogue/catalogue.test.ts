import { describe, expect, it } from 'vitest';
import { catalogueOf } from '../../../src/authoring/catalogue/catalogue.ts';
import { renderHtml } from '../../../src/authoring/catalogue/render-html.ts';
import { renderMarkdown } from '../../../src/authoring/catalogue/render-markdown.ts';
import { RulePack } from '../../../src/contracts/rule-pack.ts';

const pack = RulePack.parse({
  schema: 'knell.rules/v1',
  pack: 'acme',
  version: '1.2.0',
  runtime: 'acme-agent',
  statements: [{ text: 'BYOK: (.*)', stream: 'stderr' }],
  causes: [
    {
      id: 'seat-removed',
      title: 'The seat was taken away',
      category: 'auth.forbidden',
      any: [{ message: 'seat was removed' }],
      examples: { match: ['Error: <b>seat</b> was removed'], ignore: ['The seat is warm'] },
    },
  ],
  rules: [
    {
      id: 'licence',
      title: 'The licence has expired',
      category: 'auth.token_expired',
      action: 'abort',
      match: [{ event: 'result', text: '^Licence expired' }],
      remedy: 'Renew it with `acme renew`.',
      origin: { seen: '2026-11-22', source: 'a test' },
      examples: { match: [{ lines: ['one', 'two'] }], ignore: ['fine'] },
    },
  ],
});
const catalogue = catalogueOf([pack]);

describe('the catalogue', () => {
  it('has each cause, statement and rule with its examples and origin', () => {
    expect(catalogue[0]?.entries.map(({ kind, name }) => [kind, name])).toEqual([
      ['cause', 'acme/seat-removed'],
      ['statement', 'acme statement 1'],
      ['rule', 'acme/licence'],
    ]);
    const [cause, statement, rule] = catalogue[0]?.entries ?? [];
    expect(cause).toMatchObject({ match: ['Error: <b>seat</b> was removed'], ignore: ['The seat is warm'] });
    expect(statement?.facts).toEqual([
      ['text', 'BYOK: (.*)'],
      ['stream', 'stderr'],
    ]);
    expect(rule?.facts).toContainEqual(['origin', 'a test, seen 2026-11-22']);
    expect(rule?.match).toEqual(['one\ntwo']);
  });

  it('is a page of Markdown', () => {
    const page = renderMarkdown(catalogue);
    expect(page).toMatch(/^# All rules\n\n3 causes, statements and rules in 1 packs/);
    expect(page).toContain('\n## acme 1.2.0\n');
    expect(page).toContain('- remedy: `` Renew it with `acme renew`. ``\n');
    expect(page).toContain('Taken:\n\n    one\n    two\n');
  });

  it('is a page of HTML in which examples are text', () => {
    const page = renderHtml(catalogue);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('<pre>Error: &lt;b&gt;seat&lt;/b&gt; was removed</pre>');
    expect(page).not.toContain('<b>');
  });
});
