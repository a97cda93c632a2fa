import type { LineShape } from './line-shape.ts';

/** Where npm and pip put the clients themselves. */
const OWN_PACKAGE = new RegExp(
  [
    'node_modules/(?:@anthropic-ai/claude-code|@openai/codex|@google/gemini-cli|@qwen-code/qwen-code|@github/copilot|@sourcegraph/amp|@continuedev/cli|opencode-ai|cline|@augmentcode/auggie)/',
    '(?:site|dist)-packages/(?:aider|openhands|sweagent|minisweagent|interpreter|kimi_cli)/',
    '/claude/cli\\.js:\\d',
    '/copilot/(?:index\\.js:\\d|pkg/)',
  ].join('|'),
);
const EXCEPTION = /^(?:\w+\.)*\w*(?:Error|Exception)\b/;
/** How many lines a trace has on each side of its exception. */
const TRACE_LINES = 14;

/** Where a client lies that was compiled into one binary. */
const COMPILED = /\(\/\$bunfs\/root\/[^)]*:\d+:\d+\)$/;
/** How many lines of an exception's words stand above its trace. */
const WORDS = 3;

/** Whether the trace of a compiled program stands below an exception, of which its words may take up some lines. */
export function isCompiledTrace(shapes: readonly LineShape[], at: number): boolean {
  if (!EXCEPTION.test((shapes[at] as LineShape).body)) return false;
  return shapes.slice(at + 1, at + 2 + WORDS).some(({ body }) => COMPILED.test(body));
}

/** Whether a line is a file of a client's own package. */
export function isOwnFile({ raw }: LineShape): boolean {
  return OWN_PACKAGE.test(raw);
}

/** Whether an exception is a client's own: a frame of its trace, on either side of it, lies in the client's package. */
export function isOwnTrace(shapes: readonly LineShape[], at: number): boolean {
  const { indent, body } = shapes[at] as LineShape;
  if (indent > 1 || !EXCEPTION.test(body)) return false;
  const above = shapes.slice(Math.max(0, at - TRACE_LINES), at);
  const begins = above.findLastIndex((line) => line.body === '');
  const below = shapes.slice(at + 1, at + 1 + TRACE_LINES);
  const ends = below.findIndex((line) => line.indent === 0);
  const frames = [...above.slice(begins + 1), ...(ends === -1 ? below : below.slice(0, ends))];
  return frames.some(({ raw }) => OWN_PACKAGE.test(raw));
}
