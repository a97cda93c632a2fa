import { canonicalRuntime } from '../../decode/canonical-runtime.ts';

/** Whose models a runtime uses unless it is configured otherwise. Runtimes that serve any provider are left out. */
const PROVIDERS: Readonly<Record<string, string>> = {
  'claude-code': 'anthropic',
  codex: 'openai',
  gemini: 'google',
  'copilot-cli': 'github',
  'cursor-agent': 'cursor',
};

/**
 * The provider behind a runtime; undefined where it may be any.
 *
 * @param runtime as its host names it: an alias will do, and a name that no pack knows too
 */
export function providerOf(runtime: string | undefined): string | undefined {
  const name = runtime === undefined ? '' : canonicalRuntime(runtime);
  return Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
}
