/**
 * Runtimes of which only plain text is read, with what a first line must look like for them to be recognised by it.
 * Who owns their streams is in `channels.ts`.
 */
export const TEXT_RUNTIMES: Readonly<Record<string, RegExp | undefined>> = {
  aider: /^(?:Aider v\d+\.\d+|Analytics have been permanently disabled\.)/,
  auggie: undefined,
  holmesgpt: undefined,
  strix: undefined,
  langgraph: undefined,
  crewai: undefined,
  autogen: undefined,
  smolagents: undefined,
  agno: undefined,
  langchain: undefined,
  // Workers built on a provider's SDK, and the shell they run in.
  host: undefined,
  'python-worker': undefined,
  'anthropic-node': undefined,
  'openai-node': undefined,
  'langchain-js': undefined,
  'vercel-ai-sdk': undefined,
};

/**
 * Agents of which only public reports were seen: plain text, and JSON lines by the names that such agents share. What
 * they say of a failure stands in their packs.
 */
export const UNKNOWN_FORMATS: readonly string[] = [
  'antigravity-cli',
  'kimi-cli',
  'kiro-cli',
  'droid',
  'crush',
  'openclaw',
  'iflow',
  'hermes',
  'roo',
  'openhands',
  'kilo',
];
