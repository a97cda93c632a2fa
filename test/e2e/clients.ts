import type { AgentRecipe, OutputFormat } from '../capture/agent-recipe.ts';
import { claudeCode } from '../capture/recipes/claude-code.ts';
import { cline } from '../capture/recipes/cline.ts';
import { codex } from '../capture/recipes/codex.ts';
import { continueCli } from '../capture/recipes/continue-cli.ts';
import { copilotCli } from '../capture/recipes/copilot-cli.ts';
import { gemini } from '../capture/recipes/gemini.ts';
import { opencode } from '../capture/recipes/opencode.ts';
import { pi } from '../capture/recipes/pi.ts';
import { qwenCode } from '../capture/recipes/qwen-code.ts';

/** A real command-line agent of one version. */
export interface Client {
  readonly recipe: AgentRecipe;
  readonly version: string;
  /** What it prints itself when its credential or its window is used up: what a healthy run may quote. */
  readonly banner: string;
  /** Lets its tools run without asking. */
  readonly args?: readonly string[];
  /** Runs with a subscription's token instead of a key; left out: it knows keys only. */
  readonly subscription?: Readonly<Record<string, string | null>>;
  readonly formats: readonly OutputFormat[];
}

const BAD_KEY =
  'Incorrect API key provided: sk-1. You can find your API key at https://platform.openai.com/account/api-keys.';
const both: readonly OutputFormat[] = ['json', 'text'];

const claude = {
  recipe: claudeCode,
  banner: 'Failed to authenticate. API Error: 401 OAuth access token has expired. Re-authenticate to continue.',
  args: ['--allowedTools', 'Bash'],
  subscription: { ANTHROPIC_API_KEY: null, CLAUDE_CODE_OAUTH_TOKEN: 'stub-subscription-token' },
  formats: both,
};

/** Every client that npm gives for this Node and that a stand-in provider can play for. */
export const CLIENTS: readonly Client[] = [
  { ...claude, version: '2.1.197' },
  { ...claude, version: '2.1.332' },
  {
    recipe: codex,
    version: '0.171.0',
    banner: "ERROR: You've hit your usage limit. Upgrade to Pro or try again at 10:09 AM.",
    formats: both,
  },
  {
    recipe: gemini,
    version: '0.61.0',
    banner: '[API Error: You have exhausted your daily quota on this model.]',
    formats: both,
  },
  {
    recipe: copilotCli,
    version: '1.0.102',
    banner: 'Authentication failed with provider at https://llm.example.com/v1 (HTTP 401).',
    formats: both,
  },
  { recipe: opencode, version: '1.18.33', banner: 'Error: invalid x-api-key', formats: both },
  { recipe: qwenCode, version: '0.24.4', banner: `[API Error: 401 ${BAD_KEY}]`, formats: both },
  { recipe: cline, version: '3.0.65', banner: `error: ${BAD_KEY}`, formats: both },
  {
    recipe: continueCli,
    version: '1.5.47',
    banner: JSON.stringify({ status: 'error', message: `401 ${BAD_KEY}` }),
    formats: both,
  },
  {
    recipe: pi,
    version: '0.73.1',
    banner: '401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
    formats: both,
  },
];

/** What a client is called in the table and on the command line. */
export const nameOf = ({ recipe, version }: Client): string => `${recipe.runtime} ${version}`;
