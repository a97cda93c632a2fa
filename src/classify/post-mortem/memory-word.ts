import type { LineShape } from '../../decode/text/line-shape.ts';
import { isSpokenOf } from '../../decode/text/quotation.ts';

/** Programs that agents run as: a kernel's line that names another one tells of a tool of the run, or of a neighbour. */
const AGENT =
  /^(?:node|python[\d.]*|claude|codex|gemini|qwen|opencode|copilot|aider|goose|cursor-agent|openhands|bun|deno|uv|MainThread|[\w.-]*(?:agent|worker)[\w.-]*)$/;

/**
 * How the kernel names the process that it killed.
 * Sources: `__oom_kill_process` and `dump_oom_summary` in Linux' mm/oom_kill.c (6.1).
 */
const KERNEL = [
  /(?:^|[\]:] ?)(?:Memory cgroup out of memory|Out of memory): Killed process (?<pid>\d+) \((?<name>[^)]+)\)/i,
  /(?:^|[\]:] ?)oom-kill:constraint=.*\btask=(?<name>[^,]+),pid=(?<pid>\d+)/,
];

/**
 * What speaks of the run's own container or unit: `docker inspect`, `kubectl describe` and `get pods`, CRI's reason,
 * systemd's result.
 */
const CONTAINER = [
  /"OOMKilled": ?true\b/,
  /^(?:Last State: +Terminated +)?Reason: +OOMKilled$/,
  /^\S+ +\d+\/\d+ +OOMKilled\b/,
  /\breason=["']?OOMKilled\b/,
  /^(?:\S+ )?\(?OOMKilled\)?\.?$/,
  /(?:^|[\]:] ?)A process of this unit has been killed by the OOM killer\.$/,
  /(?:^|[\]:] ?)Failed with result 'oom-kill'\.$/,
  /\bsystemd-oomd\[\d+\]: Killed \S+ due to memory pressure\b/,
];

/**
 * Whether a line is the kernel's or the container's word that the run's memory ran out, and not a quotation of one. Pure.
 *
 * @param shapes the last lines of a stream
 * @param pid the agent's process, where its host has told it
 */
export function saysOutOfMemory(shapes: readonly LineShape[], at: number, pid?: number): boolean {
  const { text = '', raw = '' } = shapes[at] ?? {};
  const line = text.trim();
  if (isSpokenOf({ shapes, at }, { hasAnswers: true })) return false;
  const killed = KERNEL.map((pattern) => pattern.exec(line)?.groups).find((groups) => groups !== undefined);
  if (killed) return Number(killed.pid) === pid || AGENT.test(killed.name ?? '');
  // Of a logger's record the reason is a field, which the words lack.
  return CONTAINER.some((pattern) => pattern.test(line) || pattern.test(raw.trim()));
}
