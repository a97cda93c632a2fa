import type { AgentRecipe } from './agent-recipe.ts';
import { amp } from './recipes/amp.ts';
import { auggie } from './recipes/auggie.ts';
import { claudeCode } from './recipes/claude-code.ts';
import { cline } from './recipes/cline.ts';
import { codex } from './recipes/codex.ts';
import { continueCli } from './recipes/continue-cli.ts';
import { copilotCli } from './recipes/copilot-cli.ts';
import { gemini } from './recipes/gemini.ts';
import { opencode } from './recipes/opencode.ts';
import { pi } from './recipes/pi.ts';
import { qwenCode } from './recipes/qwen-code.ts';

/** Every agent CLI that can be captured, by runtime. */
export const RECIPES: readonly AgentRecipe[] = [
  claudeCode,
  codex,
  gemini,
  opencode,
  qwenCode,
  copilotCli,
  pi,
  cline,
  continueCli,
  amp,
  auggie,
];
