import { describe, expect, it } from 'vitest';
import { goesOnAfterFailure } from '../../../src/tap/process/goes-on.ts';

const sh = (line: string) => goesOnAfterFailure(['sh', '-c', line]);

describe('what a command still has to do where its agent fails', () => {
  it.each([
    ['claude', '-p', '--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'],
    ['npx', '-y', '@anthropic-ai/claude-code', '-p', '--input-format=stream-json'],
    ['bash', '-lc', 'cd /srv && exec claude -p --input-format stream-json'],
    ['qwen', '--input-format', 'stream-json', '--output-format', 'stream-json'],
    ['amp', '-x', '--stream-json', '--stream-json-input'],
    ['pi', '--mode', 'rpc'],
  ])('is further turns where it reads its prompts from its input: %s', (...command) => {
    expect(goesOnAfterFailure(command)).toBe('turns');
  });

  it.each([
    'claude -p Go || codex exec Go',
    'claude -p Go; codex exec Go',
    'claude -p Go\ncodex exec Go',
    'claude -p Go & codex exec Go; wait',
    'for i in 1 2 3; do claude -p Go && break; sleep 60; done',
    'for i in 1 2 3; do claude -p Go; done',
    'for i in 1 2 3; do claude -p Go | while read -r line; do echo "$line"; done; done',
    'claude -p Go; while read -r next; do codex exec "$next"; done < list',
    'until claude -p Go; do :; done',
    'if claude -p Go; then echo done; else ./fallback.sh; fi',
    '(cd /srv && claude -p Go) || ./fallback.sh',
    'claude -p Go && git push || ./fallback.sh',
    'run() { claude -p "$1"; }; run Go || run Again',
    'timeout 60 bash -c "claude -p Go || gemini -p Go"',
    'claude -p "$(cat task.md)" || codex exec "$(cat task.md)"',
    'claude -p Go --input-format stream-json || ./fallback.sh',
    "claude -p <<'EOF' || codex exec Go\nGo on; do it\nEOF",
    "claude -p 'Go || codex",
    'claude -p a | tee a.log && claude -p b | tee b.log',
    'claude -p Go || echo "falling back" && claude -p Go',
    'claude -p a; echo next && claude -p b',
    'claude -p a || true && ls && claude -p b',
    'claude -p a || false || claude -p b',
    'set -e\nclaude -p a | tee log\nclaude -p b',
    'set -e\nclaude -p a && git push\nclaude -p b',
    '[ -n "$CI" ] && set -e; claude -p a; claude -p b',
    'set -- -e; claude -p a; claude -p b',
    'set -e; set +e; claude -p a; claude -p b',
    'set -e; if claude -p a; then exit; fi; claude -p b',
    '(claude -p a || exit 1) || claude -p b',
    'claude -p a || exit 1 & claude -p b',
    'bash -c "claude -p a; true" && claude -p b',
    'eval "claude -p a" || claude -p b',
    'eval "claude -p a || claude -p b"',
    './try.sh || claude -p Go',
    'if ./try.sh; then echo done; else claude -p Go; fi',
    'node dist/main.cjs tap -- claude -p a || claude -p b',
    "claude -p 'what does $( do?' || claude -p 'and ) ?'",
    `claude -p "it's \`date\`" || claude -p "so it's $(echo ")")"`,
    "claude -p a # it's the first\nclaude -p b",
    'diff <(claude -p a) b; claude -p a > >(tee log) || claude -p b',
    "printf '%s\\n' a b | xargs -I{} claude -p {}",
    `seq 2 | xargs -n1 sh -c 'claude -p "$0"'`,
    'parallel claude -p {} ::: a b',
    "parallel 'cd {} && claude -p Go' ::: a b",
    "find . -name '*.md' -exec claude -p {} \\;",
    'flock lock bash -c "claude -p a || claude -p b"',
    'flock -w 5 lock -c "claude -p a || claude -p b"',
    'taskset -c 0,1 bash -c "claude -p a || claude -p b"',
    'chronic bash -c "claude -p a || claude -p b"',
    'npx --yes -c "claude -p a || claude -p b"',
    'su - agent -c "claude -p a || claude -p b"',
    'mise exec node@20 -- bash -c "claude -p a || claude -p b"',
    'op run --env-file x -- bash -c "claude -p a || claude -p b"',
    'nix develop .#ci -c bash -c "claude -p a || claude -p b"',
  ])('is other commands of its shell: %s', (line) => {
    expect(sh(line)).toBe('commands');
  });

  it.each([
    'claude -p Go',
    'exec claude -p "first this; then || that"',
    'cd /srv && CI=1 claude -p Go --output-format stream-json 2>&1',
    'npm ci; claude -p Go',
    'claude -p Go | while read -r line; do echo "$(date) $line"; done',
    'claude -p Go 2>&1 | while IFS= read -r line; do printf "%s\\n" "$line"; done | tee log',
    'for file in a b; do touch $file; done; claude -p Go',
    'if cd /srv; then claude -p Go; fi',
    'claude -p Go && git push',
    'claude -p Go | tee log',
    'cat task.md | claude -p |& tee log',
    'claude -p Go || true',
    'claude -p Go; code=$?; echo "ended with $code"; exit $code',
    'claude -p Go & wait $!',
    'PROMPT=$(cat task.md)\nclaude -p "$PROMPT"',
    "claude -p <<'EOF'\nGo on; do it || else\nEOF",
    'npm test || ./fallback.sh',
    'cd /srv || exit; claude -p Go',
    'claude -p Go &&\n  git push',
    'claude -p a && claude -p b || true',
    'claude -p Go; rc=$?; [ $rc -eq 0 ] || exit $rc',
    'claude -p Go || exit 1\ngit push',
    'claude -p Go || { echo failed; exit 1; }',
    'set -e\nclaude -p Go\ngit push',
    'set -euo pipefail\ncd /srv && claude -p Go | tee log\ngit push',
    'bash -euo pipefail -c "claude -p Go | tee log; git push"',
    'trap "rm -f lock" EXIT; claude -p Go; date',
    'claude -p Go; rc=$?; sleep 1; exit $rc',
    "claude -p 'what does $( do?'",
    "find . -name '*.md' -exec grep -l 'it is' {} +",
    'flock lock claude -p Go',
    'flock -n lock -c "claude -p Go && git push"',
    'su agent -c "claude -p Go"',
  ])('is nothing: %s', (line) => {
    expect(sh(line)).toBeUndefined();
  });

  it.each([
    ['an agent alone', ['claude', '-p', 'Go', '--output-format', 'stream-json']],
    ['a script in a file', ['bash', 'run.sh']],
    ['an unknown program', ['./agent', '--input-format', 'stream-json']],
    ['nothing', []],
  ])('is nothing that is known of %s', (_what, command) => {
    expect(goesOnAfterFailure(command)).toBeUndefined();
  });
});
