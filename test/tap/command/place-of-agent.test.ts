import { expect, test } from 'vitest';
import { readCommand } from '../../../src/tap/command/read-command.ts';
import { scriptsIn } from '../../support/script-files.ts';

const bash = (line: string) => ['bash', '-c', line];
const STEPS = 'cat old.jsonl\nclaude -p Go';
const FILES = scriptsIn({
  './run.sh': `#!/bin/bash\nset -euo pipefail\n${STEPS}`,
  './alone.sh': '#!/bin/bash\nset -e\ncd "$(dirname "$0")"\nexport A=b\nexec claude -p Go',
  './traced.sh': '#!/bin/bash -x\nclaude -p Go',
  './entry.sh': '#!/bin/sh\ncat old.jsonl\nexec "$@"',
  './again.sh': '#!/bin/sh\necho Again.; ./again.sh; ./again.sh; claude -p Go',
  'package.json': JSON.stringify({ scripts: { agent: 'cat old.jsonl; claude -p Go', alone: 'claude -p Go' } }),
});

test.each([
  bash('cat old.jsonl; claude -p Go'),
  ['timeout', '60', ...bash(STEPS)],
  ['bash', 'run.sh'],
  bash('bash -s < run.sh'),
  ['./run.sh'],
  bash('cd . && ./run.sh'),
  ['npm', 'run', 'agent'],
  ['./entry.sh', 'claude', '-p', 'Go'],
  ['./again.sh'],
  bash('claude --version && cat old.jsonl && claude -p Go'),
  bash('cat old.jsonl && claude -p a && claude -p b'),
  bash('command -v claude >/dev/null && cat old.jsonl && claude -p Go'),
  bash('D=$(mktemp -d); cat old.jsonl; claude -p Go'),
  bash('cat old.jsonl; claude -p "$(cat task.md)"'),
  bash('cat old.jsonl; claude -p <<EOF\nGo\nEOF'),
  bash('C=claude; cat old.jsonl; $C -p Go'),
  bash('CMD=(claude -p Go); cat old.jsonl; "$CMD"'),
  bash('run() { claude -p Go; }; cat old.jsonl; run'),
  bash('for task in a b; do claude -p "$task"; cat log; done'),
  bash('cat old.jsonl; cat task.md | xargs claude -p'),
  bash('cat old.jsonl; with-keys claude -p Go'),
  bash('cat old.jsonl; OUT=$(claude -p Go); echo "$OUT"'),
  bash("cat old.jsonl; claude -p 'Go"),
  ['env', '-S', 'bash -c "cat old.jsonl; claude -p Go"'],
  ['unshare', '-r', ...bash('cat old.jsonl; claude -p Go')],
  ['setpriv', '--no-new-privs', ...bash('cat old.jsonl; claude -p Go')],
  ['flock', 'lock', '-c', 'cat old.jsonl; claude -p Go'],
  bash('TOKEN=$(pre); claude -p Go'),
  bash('export T="$(pre)"; exec claude -p Go'),
  bash(`X=$\{TOKEN:-$(pre)}; claude -p Go`),
  bash(`: "$\{K:=$(pre)}"; claude -p Go`),
  bash('claude -p "$(pre)"'),
  bash('claude -p "`pre`"'),
  bash('claude -p Go --mcp-config <(pre)'),
  bash('[ -n "$(gh auth token)" ] && claude -p Go'),
  bash('cd "$(git rev-parse --show-toplevel)" && claude -p Go'),
  bash('claude -p "$(cat task.md; echo Odd >&2)"'),
  bash('claude -p "$(cat "$(pre)")"'),
  bash('claude -p <<EOF\n$(pre)\nEOF'),
  bash('OUT=$(claude -p Go); echo "$OUT"'),
  bash('cat old.jsonl > /dev/stdout; claude -p Go'),
  bash('exec 3>&1; N=$(cat old.jsonl >&3); claude -p Go'),
  bash('N=$(cat old.jsonl | tee /dev/stderr | wc -l); claude -p Go'),
  bash('exec 3>&1; N=$(exec 1>&3; cat old.jsonl); claude -p Go'),
  bash('set -v; PROMPT="Go"\nclaude -p "$PROMPT"'),
  bash("trap 'cat old.jsonl' DEBUG; claude -p Go"),
  bash('set -x; claude -p "$(cat old.jsonl)"'),
  bash('set -euxo pipefail; claude -p Go'),
  bash('set -o xtrace; claude -p Go'),
  bash('shopt -so xtrace; claude -p Go'),
  ['bash', '-xc', 'claude -p Go'],
  ['bash', '-o', 'xtrace', 'alone.sh'],
  ['./traced.sh'],
  ['env', 'SHELLOPTS=xtrace', './alone.sh'],
  ['bash', '-ic', 'claude -p Go'],
  bash('cat old.jsonl | tee /dev/stderr | claude -p'),
  bash('git diff | claude -p'),
])('others may print before the agent of: %s %s %s %s', async (...command) => {
  expect((await readCommand(command, FILES)).place).toBe('behind');
});

test.each([
  ['claude', '-p', 'Go'],
  ['timeout', '60', 'claude', '-p', 'cat old; claude'],
  bash('claude -p Go 2>&1 | tee log'),
  bash('exec claude -p Go'),
  bash('set -e; cd /srv && export A=b; B=c; : ; [[ -n $A && -n $B ]] && D=e claude -p "$(cat task.md)" || exit 1'),
  bash('command -v claude >/dev/null; claude -p a && claude -p b'),
  ['bash', 'alone.sh'],
  bash('sh < ./alone.sh'),
  ['npm', 'run', 'alone'],
  bash('D="$(cd "$(dirname "$0")" && pwd)"; N=$((1 + 2)); claude -p "$(cat task.md 2>/dev/null | head -c 99)"'),
  bash("claude -p <<'EOF'\n$(pre)\nEOF"),
  bash('claude -p Go > >(tee log)'),
  bash('cat old.jsonl | tee log | claude -p'),
  ['bash', './alone.sh', '-x'],
  bash('set -- -x; claude -p Go'),
])('nobody else prints beside the agent of: %s %s %s %s', async (...command) => {
  expect((await readCommand(command, FILES)).place).toBe('alone');
});

test.each([
  bash('claude -p Go > answer.txt && cat old.jsonl'),
  bash('claude -p Go | tee log; echo done'),
  bash('(claude -p Go; git push); exit'),
  bash('cd . && sh -c "claude -p Go; git push"'),
])('others may print only behind the agent of: %s %s %s', async (...command) => {
  expect((await readCommand(command, FILES)).place).toBe('first');
});

test.each([
  bash('cat old.jsonl; python3 agent.py'),
  bash('git pull && docker run --rm image claude -p Go'),
  bash('OUT=$(docker run image claude -p Go); echo "$OUT"'),
  ['docker', 'run', 'image', ...bash('cat old.jsonl; claude -p Go')],
  ['make', 'agent'],
  ['./missing.sh'],
  [],
])('no known agent is named by: %s %s %s %s', async (...command) => {
  expect((await readCommand(command, FILES)).place).toBe('none');
});

test('what can not be read may print before an agent', async () => {
  for (const nested of ['(', '$('])
    expect((await readCommand(bash(`echo A; ${nested.repeat(30_000)}`), FILES)).place).toBe('behind');
});

test.each(['claude -p Go', 'timeout 60 claude -p Go'])(
  '%s is seen behind more commands than are read',
  async (agent) => {
    const command = bash(`${'git pull\n'.repeat(6_000)}${agent}`);
    expect((await readCommand(command, FILES)).place).toBe('behind');
  },
);
