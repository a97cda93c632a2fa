import { claude } from './claude-lines.ts';

export interface SomeRules {
  readonly version?: string;
  /** What the one rule's error must begin with. */
  readonly says?: string;
  /** More rules, by id, each like the first but for its words. */
  readonly more?: readonly string[];
  readonly action?: 'abort' | 'record';
  /** How far a failure reaches. */
  readonly scope?: 'run' | 'subscription';
  /** What it asks for before it may command, in YAML. */
  readonly promotion?: string;
}

/** The text of one small pack, `acme`, with the rule `licence` and others. */
export function packText({
  version = '1.0.0',
  says = 'Licence expired',
  more = [],
  action = 'abort',
  scope = 'run',
  promotion,
}: SomeRules = {}): string {
  const rule = (id: string, words: string): string => `  - id: ${id}
    title: The licence has expired
    category: auth.token_expired
    action: ${action}
    scope: ${scope}
    match: [{ event: result, where: { is_error: true }, text: '^${words}' }]
    origin: { seen: '2026-11-22', source: a test }
    examples:
      match: ['${claude.fails(words, 402)}']
      ignore: ['${claude.says(words)}']
`;
  const rules = [['licence', says] as const, ...more.map((id) => [id, `Failure ${id}`] as const)];
  return `schema: knell.rules/v1
pack: acme
version: '${version}'
runtime: claude-code
${promotion === undefined ? '' : `promotion: ${promotion}\n`}rules:
${rules.map(([id, words]) => rule(id, words)).join('')}`;
}
