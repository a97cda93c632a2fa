import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const packOf = (quiet: string) => `
schema: knell.rules/v1
pack: quiet
version: 1.0.0
runtime: generic
rules:
  - id: login-expired
    title: The login has expired
    category: auth.token_expired
    scope: subscription
    severity: critical
    match:
      - line: 'Login expired · Please run /login'
        quiet: "${quiet}"
    action: abort
    next: switch_subscription
    remedy: Log in again.
    origin: { seen: "2026-11-22", source: a test }
    examples:
      match: ['Login expired · Please run /login']
      ignore: ['Why does it say Login expired · Please run /login?']
`;

/** A rules folder with one rule, which waits for this long a silence. */
export function quietRules(quiet: string): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'knell-rules-'));
  writeFileSync(join(folder, 'quiet.yaml'), packOf(quiet));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
