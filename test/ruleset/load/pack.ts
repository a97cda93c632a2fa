import type { Finding } from '../../../src/ruleset/findings/finding.ts';

/** A pack as an author writes it, each line of which a test can break. */
export const PACK = `schema: knell.rules/v1
pack: claude-code
version: 1.0.0
runtime: claude-code
rules:
  - id: token-expired
    title: The token has expired
    category: auth.token_expired
    match:
      - event: result
        where: { is_error: true }
    action: abort
    origin: { seen: 2026-05-10, source: 'https://example.org' }
    examples: { match: [], ignore: [] }
`;

/** `line:column code` of each finding. */
export function places(findings: readonly Finding[]): string[] {
  return findings.map(({ line, column, code }) => `${line}:${column} ${code}`);
}
