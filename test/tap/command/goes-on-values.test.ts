import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCommand } from '../../../src/tap/command/read-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'knell-values-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (path: string, text: string) => writeFileSync(join(folder, path), text, { mode: 0o755 });
for (const sub of ['bin', 'sub']) mkdirSync(join(folder, sub));
const BOTH = '#!/bin/bash\n/opt/claude -p a || codex exec b\n';
for (const name of ['claude', 'git', 'timeout']) write(`bin/${name}`, BOTH);
write('both.sh', BOTH);
write('one.sh', '#!/bin/bash\nset -e\nclaude -p a\n');
write('mock.sh', '#!/bin/bash\necho mock\n');
write('lib.sh', 'log() { echo "$*"; }\n');

const reading = (...command: string[]) => readCommand(command, { folder, env: { PATH: process.env.PATH } });
const TURNS = '--input-format stream-json --output-format stream-json --verbose';

/** A script, and the same as a line of a shell. */
async function readings(script: string) {
  write('run.sh', `#!/bin/bash\n${script}\n`);
  return [await reading('./run.sh'), await reading('bash', '-c', script)];
}

test.each([
  '[ "$DRY_RUN" = 1 ] && RUN=echo\n$RUN claude -p a || $RUN codex exec b',
  'while [ $# -gt 0 ]; do case "$1" in --dry-run) RUN=echo;; esac; shift; done\n$RUN claude -p a\n$RUN git push',
  `if [ "$DRY" ]; then CLAUDE="echo claude"; fi\n\${CLAUDE:-claude} -p a || codex exec b`,
  `if [ "$MOCK" = 1 ]; then AGENT=./mock.sh; fi\n"\${AGENT:-claude}" -p a || codex exec b`,
  '[ -n "$DRY" ] && RUN=echo; CMD="$RUN claude"\n$CMD -p a || codex exec b',
  `[ -n "$NO" ] && FALLBACK=true\nclaude -p a || \${FALLBACK:-codex exec} b`,
  `case "$1" in --no-fallback) FALLBACK=: ;; esac\nclaude -p a || \${FALLBACK:-codex exec b}`,
  '[ "$A" ] && B=:; [ "$A" ] && C=:; [ "$A" ] && D=:; [ "$A" ] && E=:\n$B $C $D $E claude -p a || codex exec b',
  'claude() { command claude "$@" || codex exec b; }\nexport -f claude\n./one.sh',
  'ask() { claude -p a || codex exec b; }\nexport -f ask\ntimeout 60 bash -c ask',
  'claude() { timeout 60 claude "$@" || codex exec b; }\ndeclare -fx claude\necho a | xargs -I{} bash -c "claude -p {}"',
  'command -- claude -p a || codex exec b',
  'PATH=./bin:$PATH claude -p a',
  'PATH="$PWD/bin:$PATH" timeout 60 claude -p a',
  'env PATH=./bin:/bin claude -p a',
  'export PATH="$PWD/bin:$PATH"\ngit push',
  'mkdir tools; printf "#!/bin/sh\\nclaude -p a || codex exec b\\n" > tools/go; export PATH="$PWD/tools:$PATH"\ngo build',
  `CMD=(claude -p a)\n"\${CMD[@]}" || codex exec b`,
  `CMD=(claude -p a); CMD+=(--model b)\n"\${CMD[@]}"; "\${CMD[@]}"`,
  `CMD=([1]=claude)\n"\${CMD[@]}" -p a`,
])('a value that may be another counts too, and so does a program in the place of one: %s', async (script) => {
  for (const { goesOn } of await readings(script)) expect(goesOn).toBe('commands');
});

test.each([
  `ARGS=(-p ${TURNS})\nclaude "\${ARGS[@]}"`,
  `args=(-p)\n[ -n "$MODEL" ] && args+=(--model "$MODEL")\nargs+=(${TURNS})\nexec claude "\${args[@]}"`,
  `FLAGS=--verbose\nif [ -p /dev/stdin ]; then FLAGS="$FLAGS --input-format stream-json"; fi\nclaude -p $FLAGS`,
  '. ./.env\nclaude -p $CLAUDE_FLAGS',
  `mapfile -t ARGS < args\nclaude "\${ARGS[@]}"`,
])('arguments that are not known may ask for turns: %s', async (script) => {
  for (const { goesOn } of await readings(script)) expect(goesOn).toBe('turns');
});

test.each([
  `cmd=(claude -p a)\n"\${cmd[@]}"`,
  `set -e\ncmd=(claude -p a)\n[ -n "$MODEL" ] && cmd+=(--model "$MODEL")\nexec "\${cmd[@]}"`,
  `P="$(cat task)"\nARGS=(-p "$P")\nclaude "\${ARGS[@]}"`,
  '[ "$DRY_RUN" = 1 ] && RUN=echo\n$RUN claude -p a',
  `mapfile -t ARGS < args\ncodex exec "\${ARGS[@]}"`,
  `set -u\nARGS=(-p a)\nclaude \${ARGS[@]+"\${ARGS[@]}"}`,
  `set -- -p a\nexec claude \${1+"$@"}`,
  `DIR="$(cd -- "$(dirname -- "\${BASH_SOURCE[0]}")" &> /dev/null && pwd)"\nsource "$DIR/lib.sh"\nlog a\nclaude -p a`,
  'export PATH="$PWD/sub:$PATH"\ngit push && claude -p a',
])('what is known of values leaves nothing open: %s', async (script) => {
  for (const { goesOn } of (await readings(script)).slice(0, script.includes('BASH_SOURCE') ? 1 : 2))
    expect(goesOn).toBeUndefined();
});

test.each([
  `DIR="$(cd -- "$(dirname -- "\${BASH_SOURCE[0]}")" &> /dev/null && pwd)"\nexec "$DIR/one.sh"`,
  `DIR="$( cd "$( dirname "\${BASH_SOURCE[0]}" )" >/dev/null 2>&1 && pwd )"\nexec "$DIR/one.sh"`,
  'DIR="$(cd "$(dirname "$0")/." && pwd)"\nexec "$DIR/one.sh"',
])('a script finds what lies beside it: %s', async (script) => {
  expect((await readings(script))[0]?.goesOn).toBeUndefined();
});

test('what an agent is asked to print is not told where a condition decides it', async () => {
  for (const { agent } of await readings('[ "$CI" ] && FLAGS="--output-format stream-json"\nclaude -p a $FLAGS'))
    if (agent) expect(agent).toEqual({ runtime: 'claude-code' });
  const [, line] = await readings(`args=(-p a)\n[ "$CI" ] && args+=(--output-format json)\nclaude "\${args[@]}"`);
  expect(line?.agent).toEqual({ runtime: 'claude-code' });
});

test.each([
  ['set -e\nif [ "$(id -u)" = 0 ]; then exec gosu agent "$0" "$@"; fi\nexec "$@"', undefined],
  ['if [ -z "$AGAIN" ]; then export AGAIN=1; exec sudo -Eu agent bash "$0" "$@"; fi\nclaude -p a', undefined],
  ['claude -p a && exit\nexec "$0" "$@"', 'commands'],
  ['[ "$A" ] && { "$0" "$@"; codex exec b; }\nclaude -p a', 'commands'],
  ['[ "$A" ] && (exec "$0" "$@")\nclaude -p a', 'commands'],
  ['[ "$A" ] || exec retry 3 "$0" "$@"\nclaude -p a', 'commands'],
  ['[ "$A" ] || exec docker run image "$0"\nclaude -p a', 'commands'],
])('a script that takes its own place goes on as it does otherwise: %s', async (script, wanted) => {
  write('run.sh', `#!/bin/bash\n${script}\n`);
  expect((await reading('./run.sh', 'claude', '-p', 'a')).goesOn).toBe(wanted);
});

test('the end of a script that takes its own place may be hidden', async () => {
  write('run.sh', '#!/bin/bash\n[ "$A" ] || exec script -qc "$0" log\nclaude -p a\n');
  expect((await reading('bash', '-c', './run.sh && codex exec b')).goesOn).toBe('commands');
  expect((await reading('bash', '-c', `set -e; docker exec box ${folder}/one.sh`)).goesOn).toBe('commands');
});
