import { isObject, type JsonObject, type OfferedTool, textOf } from './turn.ts';

/** Names under which coding agents offer their shell, most specific first. */
const SHELL_NAMES = [
  'Bash',
  'bash',
  'exec_command',
  'shell_command',
  'shell',
  'local_shell',
  'run_shell_command',
  'run_commands',
  'execute_command',
  'run_terminal_command',
  'Shell',
];

/** Names under which they offer to start a subagent. */
const DELEGATE_NAMES = ['Agent', 'Task', 'task', 'agent'];

/** The client's shell tool among those it offered; nothing where it has none. */
export const findShellTool = (tools: readonly OfferedTool[]) => findByName(tools, SHELL_NAMES);

/** The tool with which the client starts a subagent; nothing where it has none. */
export const findDelegateTool = (tools: readonly OfferedTool[]) => findByName(tools, DELEGATE_NAMES);

function findByName(tools: readonly OfferedTool[], names: readonly string[]): OfferedTool | undefined {
  for (const name of names) {
    const tool = tools.find((candidate) => candidate.name === name);
    if (tool) return tool;
  }
  return undefined;
}

/** Arguments for a call of that tool which runs `command`, following the tool's own schema. */
export function shellInput(tool: OfferedTool, command: string): JsonObject {
  const properties = isObject(tool.schema.properties) ? tool.schema.properties : {};
  const field = ['command', 'cmd', 'commands', 'script'].find((name) => name in properties) ?? 'command';
  const schema = isObject(properties[field]) ? properties[field] : {};
  const waits = 'yield_time_ms' in properties && { yield_time_ms: WAITS_MS };
  return completed(tool, { [field]: commandValue(field, schema, command), ...waits });
}

/** How long Codex is asked to wait for a command, in milliseconds: it goes on after 10 s where nothing is said, and after 30 s at the latest. */
const WAITS_MS = 90_000;

/** Arguments for a call that gives `work` to a subagent and waits for it. */
export function delegateInput(tool: OfferedTool, work: string): JsonObject {
  const properties = isObject(tool.schema.properties) ? tool.schema.properties : {};
  const offered: JsonObject = {
    description: 'Count the errors',
    prompt: work,
    subagent_type: 'general-purpose',
    run_in_background: false,
  };
  const known = Object.entries(offered).filter(([name]) => name in properties);
  return completed(tool, Object.fromEntries(known));
}

/** Adds a value for each argument that the tool's schema requires and that is not given. */
function completed(tool: OfferedTool, given: JsonObject): JsonObject {
  const properties = isObject(tool.schema.properties) ? tool.schema.properties : {};
  const input: Record<string, unknown> = { ...given };
  for (const name of Array.isArray(tool.schema.required) ? tool.schema.required : []) {
    if (typeof name !== 'string' || name in input) continue;
    input[name] = fill(isObject(properties[name]) ? properties[name] : {});
  }
  return input;
}

function commandValue(field: string, schema: JsonObject, command: string): unknown {
  if (schema.type !== 'array') return command;
  return field === 'commands' ? [command] : ['bash', '-lc', command];
}

function fill(schema: JsonObject): unknown {
  const choices = Array.isArray(schema.enum) ? schema.enum : [];
  if (choices.length > 0) return choices[0];
  switch (textOf(schema.type)) {
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return 1;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return 'Look into the report';
  }
}
