// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are words of shells
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCommand } from '../../../src/tap/command/read-command.ts';

/** Each is run by a shell, with an agent that fails: whether something worked behind that is what the reading has to know. */
const folder = mkdtempSync(join(tmpdir(), 'knell-shells-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text, { mode: 0o755 });
};
/** Tells that it ran, and fails; the fourth time it succeeds, so that what is tried without end ends. */
const TELLS = (name: string) => `#!/bin/sh
echo ${name} >> "$CALLS"
[ $(wc -l < "$CALLS") -gt 3 ]
`;
for (const name of ['claude', 'codex', 'git', 'gh']) write(`bin/${name}`, TELLS(name));
write('ask.sh', '#!/bin/bash\nclaude -p "$1"\necho done\n');
write('once.sh', '#!/bin/bash\nclaude -p "$1"\n');
write('other.sh', '#!/bin/bash\nclaude -p x || codex exec y\n');
write('git-push.sh', '#!/bin/bash\ngit push\n');
write('lib.sh', 'ask() { claude -p "$1" || codex exec "$1"; }\n');
write('env.sh', 'export PATH="$PWD/tools:$PATH"\n');
write('agent.conf', 'AGENT="claude -p"\nFALLBACK="codex exec"\n');
write('strict.sh', '#!/bin/bash -e\nclaude -p x\ncodex exec y\n');
write('tools/my-agent', '#!/bin/bash\nclaude -p x || codex exec y\n');
write('tools/install', '#!/bin/bash\nclaude -p x || codex exec y\n');
write('wrapped/claude', `#!/bin/bash\nfor i in 1 2 3; do ${folder}/bin/claude "$@" && exit 0; done\n`);
write('home/agents/go.sh', '#!/bin/bash\nclaude -p x || codex exec y\n');
write('home/.bash_profile', 'gemini() { claude "$@" || claude "$@"; }\n');
write('agent.env', 'AGENT=claude\nFALLBACK=codex\n');
write('by-env.sh', '#!/bin/sh\n$AGENT x || $FALLBACK x\n');
write('asks.sh', '#!/bin/sh\nclaude -p x\n: "${NOPE:?not set}"\n');
write('nested/common.sh', 'LIB=$(cd "$(dirname "${BASH_SOURCE:-./nested/x}")" && pwd)\n');
write('nested/both.sh', '#!/bin/sh\nclaude -p x || codex exec y\n');
write('tasks/other-task.sh', 'claude -p x || codex exec y\n');
write('tasks/a.sh', 'claude -p a\n');
write('tasks/b.sh', 'claude -p b\n');

const env = { PATH: `${folder}/bin:${process.env.PATH}`, HOME: join(folder, 'home'), CALLS: join(folder, 'calls') };

/** What ran, in its order. */
function callsOf(command: readonly string[]): string[] {
  writeFileSync(env.CALLS, '');
  const [program = '', ...args] = command;
  spawnSync(program, args, { cwd: folder, env, stdio: 'ignore', timeout: 20_000 });
  return readFileSync(env.CALLS, 'utf8').split('\n').filter(Boolean);
}

/** Whether anything ran behind the first agent, which fails. */
function worked(command: readonly string[]): boolean {
  const calls = callsOf(command);
  const agent = calls.findIndex((name) => name === 'claude' || name === 'codex');
  expect(agent).not.toBe(-1);
  return calls.length > agent + 1;
}

const reading = (command: readonly string[]) => readCommand(command, { folder, env });

describe.each(['bash', 'sh'])('what works behind a failed agent in %s', (shell) => {
  test.each([
    'set -e\nPLAN=$(./ask.sh plan)\nclaude -p "$PLAN"',
    'set -e\nX=$(bash -c "claude -p x; true")\ncodex exec y',
    'set -e\nX=$(timeout 60 bash ./ask.sh)\ncodex exec y',
    'ask() { claude -p "$1" || codex exec "$1"; }\nout=$(ask x)\necho "$out"',
    'ask() { claude -p "$1"; }\nPLAN=$(ask plan)\nCODE=$(ask code)\necho "$PLAN$CODE"',
    'trap ./git-push.sh EXIT\nclaude -p x',
    'finish() { ./git-push.sh; }\ntrap finish EXIT\nclaude -p x',
    'trap "git push" EXIT\nclaude -p x',
    '~/agents/go.sh x',
    'timeout 60 "$HOME/agents/go.sh" x',
    '. ./env.sh\nmy-agent x',
    '. ./lib.sh\nask x',
    '. ./agent.conf\n$AGENT x || $FALLBACK x',
    'PATH="$PWD/wrapped:$PATH"\nclaude -p x',
    'printf "a\\nb\\n" | xargs -n1 ./once.sh',
    'find tasks -name "*.sh" -exec sh {} \\;',
    'for s in tasks/*.sh; do sh "$s"; done',
    'setarch "$(uname -m)" ./other.sh',
    'nice sh -c "claude -p x; codex exec y"',
    'set -e\nsetsid -f claude -p x\nsleep 0.2\ncodex exec y',
    'printf "claude -p x\\ngit push\\n" > new.sh\nsh new.sh',
    'cp other.sh once-more.sh\n./once-more.sh',
    'ln -sf "$PWD/other.sh" tools/claude\ntools/claude -p x',
    'set -e\nfor f in $(claude -p list); do echo "$f"; done\ncodex exec y',
    'set -e\ncat <<E\n$(claude -p x)\nE\ncodex exec y',
    'set -e\necho "R: $(claude -p x)"\ncodex exec y',
    'set -e\nclaude -p x && echo ok\ngit push',
    'set -e\n(cd tasks && claude -p x) || true\ngit push',
    'E=+e\nset -e\nset $E\nclaude -p x\ngit push',
    'set -e\nrun() { claude -p x; git push; }\nrun || true',
    'until ./once.sh; do :; done',
    'claude -p x &\nwait\ngit push',
    'sh ./strict.sh',
    'cat other.sh | sh',
    'tools/install all',
    'try() { a=$1; shift; for i in 1 2; do $a "$@" && return; done; }\ntry claude -p x',
    'ROOT=$(pwd)\ncd tasks\n"$ROOT/other.sh"',
    'export $(cat agent.env)\n${AGENT:-gemini} -p x\ngit push',
    'kv=AGENT=claude\nAGENT=none\nexport "$kv"\n$AGENT -p x || git push',
    'set -e\n. ./nested/common.sh\n"$LIB/both.sh"',
    'PATH="$PWD/tasks:$PATH"\n. other-task.sh',
    'x=1\ncase claude in "${y:-claude}") claude -p x ;; esac\ngit push',
    'if [ -n "$NOPE" ]; then claude() { :; }; fi\nclaude -p x || codex exec y',
    'if flock -n nosuch/lock true; then :; else claude -p x || codex exec y; fi',
    'if (echo > nosuch/file); then :; else claude -p x; codex exec y; fi',
    'for n in job; do echo "claude -p x || codex exec y" > "$n.sh"; done\n. ./job.sh',
    './asks.sh || codex exec y',
    'export $(cat agent.env)\n$AGENT x || $FALLBACK x',
    'if hash nosuch 2>/dev/null; then :; else claude -p x || codex exec y; fi',
    'printf "claude -p a\\nclaude -p b\\n" | xargs -I{} sh -c "{}"',
    'find tasks -name "*.sh" -exec {} \\;',
    'mkdir -p made\ncp other.sh made/run-agent\nPATH="$PWD/made:$PATH"\nrun-agent x',
    'awk "BEGIN { system(\\"claude -p x\\"); system(\\"codex exec y\\") }"',
    '. /dev/stdin <<E\nclaude -p x || codex exec y\nE',
    'retry() { "$@" || "$@"; }\nretry ./once.sh x',
    'claude -p x; rc=$?\nif [ "$rc" -ne 0 ]; then gh issue create; fi',
    'case "$(claude -p x)" in yes) git push ;; *) codex exec y ;; esac',
  ])('is known before it starts: %s', async (line) => {
    expect(worked([shell, '-c', line])).toBe(true);
    rmSync(join(folder, 'once-more.sh'), { force: true });
    for (const name of ['new.sh', 'job.sh']) rmSync(join(folder, name), { force: true });
    rmSync(join(folder, 'tools/claude'), { force: true });
    expect((await reading([shell, '-c', line])).goesOn).toBe('commands');
    write('run.sh', `#!/bin/${shell}\n${line}\n`);
    expect((await reading(['./run.sh'])).goesOn).toBe('commands');
  });

  test.each([
    'set -e\nclaude -p x\ngit push',
    'claude -p x || exit 1\ngit push',
    'if ! claude -p x; then\n  echo failed\n  exit 1\nfi\ngit push',
    'main() {\n  claude -p x\n}\nmain "$@"\nexit $?',
    'set -e\nask() {\n  claude -p "$1"\n}\nask x\necho done',
    'T=$(mktemp -d)\ntrap \'rm -rf "$T"\' EXIT\nclaude -p x > "$T/out"',
    'claude -p x\ncode=$?\nrm -f lock\nexit $code',
    'set -- -p x\nclaude "$@"',
    'while [ $# -gt 0 ]; do case "$1" in -m) M=$2; shift 2 ;; *) P=$1; shift ;; esac; done\nclaude -p "$P"',
    'set -e\n./once.sh x\ngit push',
    'cd tasks && claude -p x && git push',
    'answer=$(claude -p x) && git push',
    'CLAUDE=claude\n"$CLAUDE" -p x',
    'D=$(cd "$(dirname "$0")" && pwd)\ncd "$D"\nexec claude -p x',
    '{ claude -p x && git push; } 2>&1 | tee log',
  ])('is nothing: %s', async (line) => {
    expect(worked([shell, '-c', line])).toBe(false);
    expect((await reading([shell, '-c', line])).goesOn).toBeUndefined();
  });
});

test.each([
  ['bash', '-c', 'ask() { claude -p "$1" || codex exec "$1"; }; export -f ask; timeout 60 bash -c "ask x"'],
  [
    'sh',
    '-c',
    'while getopts a:b: o; do case $o in a) A=$OPTARG ;; b) B=$OPTARG ;; esac; done; $A x || $B y',
    'sh',
  ].concat(['-a', 'claude', '-b', 'codex']),
  ['env', 'AGENT=claude', 'FALLBACK=codex', './by-env.sh'],
  ['find', 'tasks', '-name', '*.sh', '-exec', 'sh', '{}', ';'],
  ['dash', '-c', 'set -e\nclaude -p x &> log\ncodex exec y'],
])('what else works behind a failed agent is known: %s %s %s', async (...command) => {
  expect(worked(command)).toBe(true);
  expect((await reading(command)).goesOn).toBe('commands');
});

test('the functions of a login shell are those of its profile', async () => {
  const command = ['bash', '-lc', `PATH=${env.PATH}; gemini -p x`];
  expect(worked(command)).toBe(true);
  expect((await reading(command)).goesOn).toBe('commands');
});
