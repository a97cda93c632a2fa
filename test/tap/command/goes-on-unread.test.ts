import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCommand } from '../../../src/tap/command/read-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'knell-unread-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (path: string, text: string) => writeFileSync(join(folder, path), text, { mode: 0o755 });
for (const sub of ['sub', 'bin', 'home']) mkdirSync(join(folder, sub));
write('again.sh', '#!/bin/bash\ncat old.jsonl; claude -p a || codex exec b\n');
write('sub/below.sh', 'claude -p a || codex exec b\n');
write('bin/my-agent', '#!/bin/sh\nclaude -p a || codex exec b\n');
write('lib.sh', 'ask() { claude -p a || codex exec b; }\n');
write('loose.sh', 'set +e\n');
write('agent.task', 'claude -p a || codex exec b\n');
write('home/once.sh', '#!/bin/bash\nset -e\ncd "$(dirname "$0")"\n./next.sh\ngit push\n');
write('home/next.sh', '#!/bin/bash\nexec claude -p a\n');
write('entry.sh', '#!/bin/sh\nset -e\nexport A=b\nexec "$@"\n');
write('docker.sh', `#!/bin/sh\nset -e\nif [ "$\{1#-}" != "$1" ]; then\n  set -- claude "$@"\nfi\nexec "$@"\n`);
write('step.sh', '#!/bin/sh\nset -e\n"$@"\ngit push\n');
write('twice.sh', '#!/bin/sh\n"$@" || "$@"\n');
write('shift.sh', `#!/bin/sh\nif [ "$1" = x ]; then shift; fi\nexec timeout 60 "$\{@}"\n`);
write('loop.sh', '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nexec "$@"\n');
write('strict.sh', 'set -e\nclaude -p a\nclaude -p b\n');
write('one.sh', '#!/bin/sh\nexec claude -p "$1"\n');

const reading = (command: readonly string[]) => readCommand(command, { folder, env: { PATH: process.env.PATH } });
const goesOn = async (...command: string[]) => (await reading(command)).goesOn;

/** Of each a part is not known, and what it runs is. */
const OPEN_PARTS: readonly [line: string, goesOn: string | undefined][] = [
  ['D=$(cat dir); bash -c "cd $D && claude -p Go"', undefined],
  ["P=$(cat task); sh -c \"claude -p '$P' || codex exec '$P'\"", 'commands'],
  ['H=$(cat home); "$H/bin/claude" -p Go', undefined],
  ['P=$(cat task); ./entry.sh claude -p "$P"', undefined],
  ['P=$(cat task); ./twice.sh claude -p "$P"', 'commands'],
  ['sleep 60 & P=$!; trap "kill $P" EXIT; claude -p Go', undefined],
  ['M=$(cat model); eval "claude -p Go --model $M"', undefined],
];

test.each(OPEN_PARTS)('what is not known in a word hides no more than that: %s', async (line, wanted) => {
  expect(await goesOn('bash', '-c', line)).toBe(wanted);
});

const OPEN_PATHS = [
  'bash "$PWD/again.sh"',
  '"$PWD/again.sh"',
  'DIR="$(cd "$(dirname "$0")" && pwd)"\nset -e\nbash "$DIR/again.sh" go',
  `set -e\n"$\{0%/*}/again.sh"`,
  'bash $(dirname $0)/again.sh',
  'DIR=$(cat dir); timeout 60 bash "$DIR/again.sh"',
  'DIR=$(cat dir); source "$DIR/lib.sh"; ask x',
  '. "$(dirname "$0")/lib.sh"\nset -e\nask x',
  'bash -c "$(cat again.sh)"',
  'CMD=$(cat cmd); bash -c "$CMD"; true',
  'read -r CMD < cmd; eval "$CMD"',
  'CMD=$(cat cmd); export CMD; sh -c \'sh -c "$CMD"\'',
  'set -e\ncat > new.sh <<E\nclaude -p a || codex exec b\nE\nbash new.sh',
  'cd nosuch || true; ./again.sh',
  'if [ -d /nosuch ]; then cd /nosuch; fi; ./again.sh',
  '[ -d /nosuch ] && cd /nosuch; ./again.sh',
  '(cd sub && touch y); ./again.sh',
  'cd sub; cd - > log; ./again.sh',
  'pushd sub > log; ./below.sh; popd',
  'cd -P sub; ./below.sh',
  'cd -- sub; ./below.sh',
  'env -C sub ./below.sh',
  'export PATH="$PWD/bin:$PATH"; set -e; my-agent x',
  'PATH="$PWD/bin:$PATH" my-agent x',
  './agent.task',
];

test.each(OPEN_PATHS)(
  'behind a script or a line that is not known before it runs anything may follow: %s',
  async (line) => {
    write('run.sh', `#!/bin/bash\n${line}\n`);
    expect(await goesOn('bash', '-c', line)).toBe('commands');
    expect(await goesOn('./run.sh')).toBe('commands');
  },
);

test.each(OPEN_PATHS)('what it prints may come before its agent: %s', async (line) => {
  expect((await reading(['bash', '-c', line])).place).toMatch(/behind|alone/);
  if (/again\.sh|lib\.sh|CMD/.test(line)) expect((await reading(['bash', '-c', line])).place).toBe('behind');
});

test.each([
  'if [ -n "$STRICT" ]; then\n  set -e\nfi\nclaude -p x\nclaude -p y',
  'case "$CI" in true) set -e;; esac\nclaude -p x\nclaude -p y',
  '(set -e; true)\nclaude -p x\nclaude -p y',
  'set -e &\nclaude -p x; claude -p y',
  'set -e | cat\nclaude -p x; claude -p y',
  'true || { set -e; }\nclaude -p x; claude -p y',
  'set -e\neval "set +e"\nclaude -p x\nclaude -p y',
  'set -e\nloose() { set +e; }\nloose\nclaude -p x\nclaude -p y',
  'set -e\n. ./loose.sh\nclaude -p x\nclaude -p y',
  'set -e\ncp any.sh none.sh\n. ./none.sh\nclaude -p x\nclaude -p y',
  'set -e\nshopt -uo errexit\nclaude -p x\nclaude -p y',
  'set -e\n[ -n "$SOFT" ] && set +e\nclaude -p x\nclaude -p y',
  'die() { [ -n "$SOFT" ] && return 0; exit 1; }\nclaude -p x || die\nclaude -p y',
  'alias claude="retry claude"\nclaude -p x',
  'for i in 1; do exec claude -p x; done | tee log; claude -p y',
  'claude -p x\ntrap "claude -p y" EXIT',
  '{ A=b claude -p x; rc=$?; }\nclaude -p y',
  'for i in 1 2; do "$@"; set -- claude; done',
  '. ./strict.sh || true',
  'set -e\nif claude -p x; then :; fi\nclaude -p y',
  'set -e\nif true; then\n  claude -p x\nfi || true\nclaude -p y',
  'set -e\n! { claude -p x; claude -p y; }',
  'set -e\nwhile claude -p x; claude -p y; do :; done',
  'set -e\n{ claude -p x; true; } && true\nclaude -p y',
  'claude -p x\ny=$(trap "claude -p y" EXIT)',
  'coproc claude -p x\nwait\nclaude -p y',
  'if [ "$A" ]; then exec claude -p x; fi; claude -p y; claude -p z',
  '(exec claude -p x); claude -p y',
  'exec claude -p x | tee log; claude -p y',
])('what is not certain to end a shell does not: %s', async (line) => {
  expect(await goesOn('bash', '-c', line)).toBe('commands');
});

test.each([
  ['bash', '--rcfile', '/dev/null', '-c', 'claude -p a || codex exec b'],
  ['bash', '-O', 'extglob', '-c', 'claude -p a || codex exec b'],
  ['sh', '-c', '--', 'claude -p a || codex exec b'],
  ['bash', '-c', '-e', 'claude -p a || codex exec b'],
  ['bash', '--odd', 'x', '-c', 'claude -p a'],
  ['./twice.sh', 'claude', '-p', 'a'],
  ['./entry.sh', './twice.sh', 'claude', '-p', 'a'],
  ['./entry.sh', 'bash', '-c', 'claude -p a; claude -p b'],
  ['./docker.sh', './twice.sh', 'claude', '-p', 'a'],
  ['bash', '-c', 'set -euo pipefail; "$@"', 'sh', './twice.sh', 'claude'],
  ['./loop.sh', '--fast', '--', './twice.sh', 'claude'],
  ['sh', '-c', 'exec "$@"', 'sh', './twice.sh', 'claude'],
  ['sh', '-c', 'sh -c "$1"', 'sh', 'claude -p a || claude -p b'],
  ['sh', '-c', 'sh -c "$*"', 'sh', 'claude', '-p', 'a', '||', 'claude'],
  ['sh', '-c', 'eval "$@"', 'sh', 'claude', '-p', 'a', '||', 'claude'],
])('what a shell is given is read: %s %s %s %s', async (...command) => {
  expect(await goesOn(...command)).toBe('commands');
});

test.each([
  ['./entry.sh', 'claude', '-p', 'Go'],
  ['dumb-init', './entry.sh', 'claude', '-p', 'Go'],
  ['tini', '--', './entry.sh', 'npx', 'claude', '-p', 'Go'],
  ['./docker.sh', 'claude', '-p', 'Go'],
  ['./docker.sh', '-p', 'Go'],
  ['./shift.sh', 'x', 'claude', '-p', 'Go'],
  ['./step.sh', 'claude', '-p', 'Go'],
  ['./one.sh', 'Go'],
  ['bash', '-c', 'set -euo pipefail; exec "$@"', 'sh', 'claude', '-p', 'Go'],
  ['sh', '-c', 'exec "$@"', 'sh', 'claude', '-p', 'Go'],
  ['home/once.sh'],
  ['bash', '-c', 'set -e; if [ -n "$A" ]; then claude -p Go; fi; git push'],
  ['bash', '-c', 'set -euo pipefail\ncase "$MODE" in\n  a) claude -p Go\n  git push ;;\nesac\ngit push'],
  ['bash', '-c', 'set -e; for i in 1 2; do claude -p Go; git push; done'],
  ['bash', '-c', 'cd home && ./once.sh'],
  ['bash', '-c', 'export PATH="$PWD/bin:$PATH"; log() { echo; }; log a; claude -p Go'],
  ['bash', '-c', 'if [ "$A" ]; then exec claude -p x; fi; exec codex exec y'],
])('nothing follows the agent that a script is given, where that is its last command: %s %s %s', async (...command) => {
  expect(await goesOn(...command)).toBeUndefined();
  expect((await reading(command)).place).not.toBe('none');
});

test('a script in the place of an agent, such as a package manager makes, is read, and is that agent all the same', async () => {
  mkdirSync(join(folder, 'shims'), { recursive: true });
  write(
    'shims/claude',
    `#!/bin/sh
basedir=$(dirname "$(echo "$0" | sed -e 's,\\\\,/,g')")
case \`uname\` in
    *CYGWIN*|*MINGW*|*MSYS*) basedir=\`cygpath -w "$basedir"\` ;;
esac
if [ -x "$basedir/node" ]; then
  exec "$basedir/node" "$basedir/../claude-code/cli.js" "$@"
else
  exec node "$basedir/../claude-code/cli.js" "$@"
fi
`,
  );
  write('shims/codex', '#!/bin/sh\n/opt/codex "$@" || /opt/codex "$@"\n');
  const from = { folder, env: { PATH: `${folder}/shims:${process.env.PATH}` } };
  const flags = ['-p', 'Go', '--output-format', 'stream-json'];
  const agent = { runtime: 'claude-code', format: 'structured' };
  const direct = await readCommand(['claude', ...flags], from);
  expect(direct).toEqual({ agent, place: 'alone', isBehindShell: true });
  expect(await readCommand(['sh', '-c', `claude ${flags.join(' ')}`], from)).toEqual(direct);
  expect(await readCommand(['codex', 'exec', 'Go'], from)).toMatchObject({
    agent: { runtime: 'codex' },
    goesOn: 'commands',
  });
});
