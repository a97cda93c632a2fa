import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECIPES } from './recipe-list.ts';
import { escapeText } from './scrub.ts';
import { CAPTURED_FOLDER, readTranscripts, saveTranscripts, type Transcript } from './transcript.ts';

const transcript = (answer: string, line: string): Transcript => ({
  run: `codex/1.0.0/${answer}/json`,
  runtime: 'codex',
  version: '1.0.0',
  captured_at: '2026-01-01',
  answer,
  format: 'json',
  command: "codex exec --json 'Say done'",
  exit_code: 0,
  signal: null,
  ended: 'exit',
  duration_ms: 12,
  requests: {},
  stdout: [{ ms: 3, line }],
  stderr: [],
});

describe('saving transcripts', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'knell-transcripts-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('replaces older rows of the same run and keeps the others, in a stable order', async () => {
    await saveTranscripts(root, 'codex', [transcript('500', 'old'), transcript('401', 'kept')]);
    await saveTranscripts(root, 'codex', [transcript('500', 'new')]);
    const rows = await readTranscripts(root, 'codex');
    expect(rows).toEqual([transcript('401', 'kept'), transcript('500', 'new')]);
  });
});

describe('the captured transcripts', async () => {
  const files = (await readdir(CAPTURED_FOLDER)).filter((name) => name.endsWith('.jsonl'));

  it('belong to agents that can be captured anew', () => {
    const known = RECIPES.map(({ runtime }) => `${runtime}.jsonl`);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('stay under three megabytes', async () => {
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(CAPTURED_FOLDER, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
  });

  it.each(files)('in %s are whole, one row a run, and free of the machine they were made on', async (name) => {
    const rows = await readTranscripts(process.cwd(), name.replace(/\.jsonl$/, ''));
    const runs = rows.map(({ run }) => run);
    expect(runs).toEqual([...new Set(runs)].sort());
    const traces = [process.cwd(), `${homedir()}/`, join(tmpdir(), 'knell-capture-'), '-knell-capture-'];
    if (hostname().length >= 4) traces.push(hostname());
    // A trace inside a longer word or path is something else, such as `/$bunfs/root/` in a stack.
    const trace = new RegExp(`(?<![A-Za-z0-9_])(?:${traces.map((text) => escapeText(text)).join('|')})`);
    for (const row of rows) {
      expect(row.run).toBe([row.runtime, row.version, row.answer, row.format].join('/'));
      expect(row.captured_at).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(row.exit_code === null).toBe(row.signal !== null);
      const times = row.stdout.map(({ ms }) => ms);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const printed = [row.command, ...[...row.stdout, ...row.stderr].map(({ line }) => line)];
      expect(printed.filter((line) => trace.test(line))).toEqual([]);
    }
  });
});
