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
  ])('is other commands of its shell: %s', (line) => {
    expect(sh(line)).toBe('commands');
  });

  it.each([
    'claude -p Go',
    'exec claude -p "first this; then || that"',
    'cd /srv && CI=1 claude -p Go --output-format stream-json 2>&1',
    'npm ci; claude -p Go',
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
