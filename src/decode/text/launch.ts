import type { LineShape } from './line-shape.ts';
import { typedAtPrompt } from './shell-prompt.ts';

/** The names of agents' programs, as a part of a pattern. A shell or runner echoes the command line: behind it the agent speaks. */
export const AGENTS =
  'claude|codex|gemini|opencode|copilot|cursor-agent|aider|goose|qwen|kimi|kiro-cli|droid|amp|auggie|crush|cline|kilocode|kilo|openclaw|agy|hermes|iflow|pi|grok|openhands|plandex|gptme|codebuff|sweagent|continue|cn';
/** Commands of an agent's client that start none. */
const LOOKS_ON = 'logs?|history|sessions?|list|ls|show|export|config|doctor|stats|usage|--version|--help';
const LAUNCH = [
  new RegExp(`^Running command: \\[?["']?(?:${AGENTS})\\b`),
  new RegExp(`^\\s*➜ +\\S+ (?:git:\\(\\S+\\) )?(?:✗ )?(?:${AGENTS})(?: |$)`),
  new RegExp(`^\\s*(?:==>|-->|>>) (?:[\\w-]+: )?(?:${AGENTS}) -`),
  // Cursor's agent is called so.
  /^\s*[$#+] agent (?:-p|--print|--model|--force|--output-format)\b/,
  new RegExp(`^\\s*[$#+] .*\\| (?:${AGENTS})(?: -|$)`),
  new RegExp(`^\\s*[$#+] (?:docker|podman) (?:run|exec)\\b.*(?:\\s|/)(?:${AGENTS}) -`),
  new RegExp(
    `^\\s*(?:[$%#❯+]|PS>|Run|\\S+@[\\w.-]+:[^\\s$#]*[$#]) (?:\\w+=\\S+ |timeout \\S+ |npx (?:-y )?|exec )*(?:@[\\w-]+\\/)?(?:${AGENTS})(?![-\\w]* (?:${LOOKS_ON})\\b)(?:[-@ ]|$)`,
  ),
  new RegExp(`^(?:${AGENTS}) (["']).*\\1 --?[a-z]`),
  // Without a mark before it only its flags tell that it is one.
  new RegExp(
    `^(?:timeout \\S+ |npx (?:-y )?|exec )*(?:@[\\w-]+\\/)?(?:${AGENTS})(?:-code|-cli)?(?:@\\S+)? (?:\\w+ )?--?[a-z][\\w-]*(?: |=|$)`,
  ),
];

/** A script that is named for the agent it runs: `$ ./agent.sh run task.md`, `$ python3 bots/agent_loop.py`. */
const OWN_SCRIPT =
  /^\s*[$%❯] (?:\w+=\S+ )*(?:(?:python3?|node|bun|bash|sh|uv run|deno run) )?(?:\.{0,2}\/)?(?:[\w.-]+\/)*[\w-]*\bagent(?:[_-]\w+)?\.(?:sh|py|js|ts|mjs)(?: |$)/;

/** Whether a line is the command line of a script that is named for the agent it runs. */
export function startsOwnScript({ text }: Pick<LineShape, 'text'>): boolean {
  return OWN_SCRIPT.test(text);
}

/** A part of each of them. */
const NAME = new RegExp(`${AGENTS}|agent -`);

/** A full screen indents the commands of its model: `  $ gemini -p "review"` below `● Ask another model`. */
const INDENTED = /^(?:\s{2,}|\t)[$❯] /;

/** Whether a line is the command line with which an agent was started. */
export function isLaunch({ text }: Pick<LineShape, 'text'>): boolean {
  if (!NAME.test(text) || INDENTED.test(text)) return false;
  const typed = typedAtPrompt(text);
  return LAUNCH.some((one) => one.test(text) || (typed !== undefined && one.test(`$ ${typed}`)));
}
