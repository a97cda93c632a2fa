/**
 * Runtimes whose structured output tells of a tool only when it is done: opencode 1.18.33 prints `tool_use` with the
 * result in it, Continue 1.5.47 prints nothing but the answer. While a tool works, their output looks like a hang.
 */
const TOLD_AFTERWARDS: ReadonlySet<string> = new Set(['opencode', 'kilo', 'continue-cli', 'generic']);

/** Whether a runtime's structured output says that a tool begins, so that silence with no tool open means something. */
export function announcesTools(runtime: string): boolean {
  return !TOLD_AFTERWARDS.has(runtime);
}
