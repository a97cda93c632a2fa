/** Whose models a runtime uses when it is not told otherwise. Runtimes that serve any provider are left out. */
const PROVIDERS: Readonly<Record<string, string>> = {
  'claude-code': 'anthropic',
  codex: 'openai',
  gemini: 'google',
  'copilot-cli': 'github',
  copilot: 'github',
  'cursor-agent': 'cursor',
};

/** The provider behind a runtime; undefined where the runtime does not tell. */
export function providerOf(runtime: string | undefined): string | undefined {
  return runtime === undefined ? undefined : PROVIDERS[runtime];
}
