const ALIASES: Readonly<Record<string, string>> = {
  claude: 'claude-code',
  claude_code: 'claude-code',
  'codex-cli': 'codex',
  'gemini-cli': 'gemini',
  qwen: 'qwen-code',
  copilot: 'copilot-cli',
  'github-copilot': 'copilot-cli',
  cursor: 'cursor-agent',
  cursor_agent: 'cursor-agent',
  'open-code': 'opencode',
  'open-hands': 'openhands',
  continue: 'continue-cli',
  cn: 'continue-cli',
  'pi-coding-agent': 'pi',
  kimi: 'kimi-cli',
  kiro: 'kiro-cli',
  grok: 'grok-cli',
  antigravity: 'antigravity-cli',
  'iflow-cli': 'iflow',
  'hermes-agent': 'hermes',
  'roo-code': 'roo',
  'roo-cli': 'roo',
  'kilo-cli': 'kilo',
  kilocode: 'kilo',
  'kilo-code': 'kilo',
  'amp-cli': 'amp',
  'cline-cli': 'cline',
  'factory-droid': 'droid',
  'goose-cli': 'goose',
  'aider-chat': 'aider',
  agy: 'antigravity-cli',
  antigravity_cli: 'antigravity-cli',
};

/** Other names that runtimes go by. */
export const RUNTIME_ALIASES: readonly string[] = Object.keys(ALIASES);

/** A publisher may name anything, and the name stands in records and commands. */
const MAX_NAME = 128;

/** The name a runtime goes by here: an alias resolved, in lower case; an unknown name stays as it is. */
export function canonicalRuntime(name: string): string {
  const key = name.trim().toLowerCase().slice(0, MAX_NAME);
  return Object.hasOwn(ALIASES, key) ? (ALIASES[key] ?? key) : key;
}
