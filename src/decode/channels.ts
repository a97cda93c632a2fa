import type { StreamName } from '../contracts/run.ts';

/**
 * On which plain-text streams a runtime speaks alone: neither the model's prose nor a tool's output is printed there.
 * What is not listed is shared. Seen in whole runs of the named version, with tools and without; where no run with
 * tools was seen, the channel counts as shared.
 *
 * | runtime | stream | shared, because |
 * |---|---|---|
 * | every | stdout | the answer is printed there |
 * | codex | stderr | `exec` prints the prompt, the model's prose and each command's output there; only `--json` moves them |
 * | gemini, qwen-code | stderr | `Error executing tool …:` is followed by the tool's own words, and extensions log there |
 * | opencode, kilo | stderr | `run` prints each tool call and its output there |
 * | cursor-agent, goose, openhands, aider, amp, auggie | both | no whole run with tools was seen |
 * | host, python-worker and the SDKs | both | whatever the worker and its children print |
 */
const OWNED: Readonly<Record<string, readonly StreamName[]>> = {
  // 2.1.197: prose and tool output stay on stdout. Git hooks and tool servers can reach it: anchor whole lines.
  'claude-code': ['stderr'],
  // 1.0.102: only the start-up's and the final report's own lines, also when tools ran.
  'copilot-cli': ['stderr'],
  // 3.0.65: warnings of its SDK and the last error, also when tools ran.
  cline: ['stderr'],
  // 1.5.47: nothing but the failure, which is JSON; nothing at all when tools ran.
  'continue-cli': ['stderr'],
  // 0.73.1: in print mode warnings and the failed message only; tool output is captured and never echoed.
  pi: ['stderr'],
};

/** Whether only the runtime itself prints plain text on this stream. `runtime` is a decoder's name, not an alias. */
export function ownsChannel(runtime: string, stream: StreamName): boolean {
  return Object.hasOwn(OWNED, runtime) && (OWNED[runtime]?.includes(stream) ?? false);
}
