import { describe, expect, it } from 'vitest';
import { isKnownRuntime } from '../../../src/decode/decoders.ts';
import { KNOWN_AGENTS } from '../../../src/tap/command/known-agents.ts';
import { readCommand } from '../../../src/tap/command/read-command.ts';
import { scriptsIn } from '../../support/script-files.ts';

const agentIn = async (command: readonly string[]) => (await readCommand(command, scriptsIn({}))).agent;

const told = async (...command: string[]): Promise<string> => {
  const agent = await agentIn(command);
  return agent ? `${agent.runtime} ${agent.format ?? '-'}` : 'nothing';
};

describe('agentCommand', () => {
  it.each([
    ['claude -p "…"', ['claude']],
    ['claude -p "…"', ['claude', 'fix the build']],
    ['claude -p "…"', ['npx', '@anthropic-ai/claude-code', '--resume', 'x']],
    ['codex exec "…"', ['codex', '-m', 'o3', 'fix the build']],
    [undefined, ['claude', '-p', 'fix the build']],
    [undefined, ['claude', 'mcp', 'list']],
    [undefined, ['codex', 'exec', 'fix the build']],
    [undefined, ['codex', '--version']],
    [undefined, ['aider', '--message', 'fix the build']],
  ])('says how an agent that would open its screen works without: %s', async (usage, command) => {
    expect((await agentIn(command))?.unattended).toBe(usage);
  });

  it.each([
    ['claude-code structured', ['claude', '-p', 'Go', '--output-format', 'stream-json', '--verbose']],
    ['claude-code structured', ['claude', '-p', 'Go', '--output-format=json']],
    ['claude-code text', ['claude', '-p', 'Go']],
    ['claude-code text', ['claude', '--output-format', 'stream-json', '--output-format', 'text', '-p', 'Go']],
    ['claude-code text', ['claude', '-p', 'use --output-format stream-json']],
    ['claude-code text', ['claude', '-p', '--', '--output-format', 'stream-json']],
    ['codex structured', ['codex', 'exec', '--json', 'Go']],
    ['codex text', ['codex', 'exec', 'Go']],
    ['gemini structured', ['gemini', '-p', 'Go', '--output-format', 'stream-json']],
    ['gemini structured', ['gemini', '-o', 'stream-json', '-p', 'Go']],
    ['gemini text', ['gemini', '-p', 'Go', '--output-format', 'json']],
    ['qwen-code structured', ['qwen', '-p', 'Go', '--output-format', 'stream-json']],
    ['opencode structured', ['opencode', 'run', '--format', 'json', 'Go']],
    ['opencode text', ['opencode', 'run', 'Go']],
    ['pi structured', ['pi', '--mode', 'json', '-p', 'Go']],
    ['pi structured', ['pi', '--mode', 'rpc']],
    ['pi text', ['pi', '--mode', 'text', '-p', 'Go']],
    ['cline structured', ['cline', '--json', 'Go']],
    ['copilot-cli structured', ['copilot', '-p', 'Go', '--output-format', 'json']],
    ['cursor-agent structured', ['cursor-agent', '-p', '--output-format', 'stream-json', 'Go']],
    ['amp structured', ['amp', '-x', 'Go', '--stream-json']],
    ['goose structured', ['goose', 'run', '--output-format', 'stream-json', '-t', 'Go']],
    ['continue-cli text', ['cn', '-p', 'Go', '--format', 'json']],
    ['kilo -', ['kilocode', 'Go']],
  ])('reads the flags: %s', async (wanted, command) => {
    expect(await told(...command)).toBe(wanted);
  });

  it.each([
    ['a path', ['/usr/local/bin/claude', '-p', 'Go']],
    ['a path of Windows', ['C:\\npm\\claude.cmd', '-p', 'Go']],
    ['npx', ['npx', '-y', '@anthropic-ai/claude-code@2.1.197', '-p', 'Go']],
    ['npx with the package apart', ['npx', '--yes', '-p', '@anthropic-ai/claude-code', 'claude', '-p', 'Go']],
    ['npm exec', ['npm', 'exec', '--', '@anthropic-ai/claude-code', '-p', 'Go']],
    ['pnpm dlx', ['pnpm', 'dlx', '@anthropic-ai/claude-code@latest', '-p', 'Go']],
    ['bunx', ['bunx', '@anthropic-ai/claude-code', '-p', 'Go']],
    [
      'node and its file',
      ['node', '--max-old-space-size=4096', '/opt/node_modules/@anthropic-ai/claude-code/cli.js', '-p'],
    ],
    ['node and a link', ['node', '/usr/lib/node_modules/.bin/claude', '-p', 'Go']],
    ['env', ['env', '-u', 'TOKEN', 'CI=1', 'claude', '-p', 'Go']],
    ['env -S', ['env', '-S', 'CI=1 claude -p Go']],
    ['timeout', ['timeout', '-k', '5', '3600', 'claude', '-p', 'Go']],
    ['stdbuf', ['stdbuf', '-oL', '-e', '0', 'claude', '-p', 'Go']],
    ['nice and nohup', ['nice', '-n', '10', 'nohup', 'claude', '-p', 'Go']],
    ['sudo', ['sudo', '-E', '-u', 'agent', 'claude', '-p', 'Go']],
    ['tini', ['tini', '--', 'claude', '-p', 'Go']],
    ['script', ['script', '-qec', "claude -p 'Go'", '/dev/null']],
    ['script of BSD', ['script', '-q', '/dev/null', 'claude', '-p', 'Go']],
    ['a shell', ['sh', '-c', 'claude -p "Go on"']],
    ['a login shell that changes the folder', ['bash', '-lc', "cd /srv/app && CI=1 exec claude -p 'Go' 2>&1"]],
    ['a shell with options', ['/bin/bash', '-euo', 'pipefail', '-c', 'npm ci; claude -p Go']],
    [
      'many programs',
      ['env', 'A=B', 'timeout', '60', 'bash', '-c', 'stdbuf -oL npx -y @anthropic-ai/claude-code -p Go'],
    ],
    ['a lock', ['flock', '-n', '/tmp/lock', 'claude', '-p', 'Go']],
    ['a line under a lock', ['flock', '/tmp/lock', '-c', 'claude -p Go']],
    ['taskset', ['taskset', '-c', '0,1', 'claude', '-p', 'Go']],
    ['chronic', ['chronic', 'claude', '-p', 'Go']],
    ['a line of npx', ['npx', '-p', '@anthropic-ai/claude-code', '-c', 'claude -p Go']],
    ['su', ['su', '-', 'agent', '-c', 'claude -p Go']],
    ['mise', ['mise', 'x', 'node@22', '--', 'claude', '-p', 'Go']],
    ['op', ['op', 'run', '--env-file=.env', '--', 'claude', '-p', 'Go']],
    ['nix', ['nix', 'develop', '.#ci', '--command', 'claude', '-p', 'Go']],
    ['eval', ['bash', '-c', 'eval "claude -p Go"']],
    ['the tap of a checkout', ['node', 'dist/main.cjs', 'tap', '--local', '--', 'claude', '-p', 'Go']],
    ['another tap', ['knell', 'tap', '--local', '--', 'claude', '-p', 'Go']],
  ])('sees through %s', async (_what, command) => {
    expect(await told(...command)).toBe('claude-code text');
  });

  it.each([
    ['a module of Python', ['python3', '-u', '-m', 'aider', '--message', 'Go'], 'aider text'],
    ['a program of pip', ['/usr/bin/python3', '/usr/local/bin/aider', '--message', 'Go'], 'aider text'],
    [
      'one with options',
      ['python3.12', '-u', '-X', 'utf8', '/opt/venv/bin/openhands', '--task', 'Go'],
      'openhands text',
    ],
    ['a question for its place', ['sh', '-c', 'command -v aider && exec aider'], 'aider text'],
    ['uvx', ['uvx', '--python', '3.12', 'aider-chat', '--message', 'Go'], 'aider text'],
    ['uv tool run', ['uv', 'tool', 'run', '--from', 'aider-chat', 'aider'], 'aider text'],
    ['deno', ['deno', 'run', '-A', 'npm:@openai/codex@0.171.0', 'exec', '--json', 'Go'], 'codex structured'],
  ])('sees through %s', async (_what, command, wanted) => {
    expect(await told(...command)).toBe(wanted);
  });

  it.each([
    ['a pipe', 'claude -p Go --output-format stream-json | jq -r .result', 'claude-code -'],
    ['a file', 'claude -p Go --output-format stream-json > out.jsonl', 'claude-code -'],
    ['both streams in one', 'claude -p Go --output-format stream-json 2>&1', 'claude-code structured'],
    ['an error file', 'claude -p Go --output-format stream-json 2>err.log', 'claude-code structured'],
    ['input from a pipe', 'cat task.md | claude -p --output-format stream-json', 'claude-code structured'],
    ['a prompt that speaks of flags', "claude -p 'try --output-format stream-json | jq'", 'claude-code text'],
    ['several agents', 'claude -p Go || codex exec Go', 'nothing'],
    ['a variable that may hold flags', 'read -r FLAGS < flags; claude -p Go $FLAGS', 'claude-code -'],
    ['a prompt from a file', 'claude --output-format stream-json -p "Do: $(cat task.md)"', 'claude-code structured'],
    ['a substitution outside of quotes', 'claude -p $(cat flags)', 'claude-code -'],
    ['an open quote', "claude -p 'Go", 'nothing'],
    ['another program that is given the name', 'echo claude', 'nothing'],
  ])('of a line of a shell with %s says no more than it knows', async (_what, line, wanted) => {
    expect(await told('bash', '-c', line)).toBe(wanted);
  });

  it.each([
    ['an unknown program', ['./agent', '--json']],
    ['a script of a shell', ['bash', 'claude.sh']],
    ['a shell without a line', ['bash', '-c']],
    ['nothing', []],
    ['a wrapper without a command', ['env', 'A=B']],
    ['a wrapper in a circle', Array.from({ length: 40 }, () => 'nohup')],
    ['a program of Python', ['python3', './agent.py', 'aider']],
    ['a question for its place', ['command', '-v', 'claude']],
    ['another scope of the package', ['npx', '@evil/claude-code']],
  ])('says nothing of %s', async (_what, command) => {
    expect(await told(...command)).toBe('nothing');
  });

  it('names only runtimes that are known', () => {
    expect(KNOWN_AGENTS.filter(({ runtime }) => !isKnownRuntime(runtime))).toEqual([]);
  });
});
