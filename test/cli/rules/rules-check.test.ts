import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';

const PACK = `schema: knell.rules/v1
pack: acme
version: '1.0.0'
runtime: acme
rules:
  - id: expired
    title: The token has expired
    status: stable
    category: auth.token_expired
    scope: subscription
    severity: critical
    action: abort
    next: switch_subscription
    match: [{ line: 'acme: token expired', quiet: 20s }]
    examples:
      match: ['acme: token expired']
      ignore: ['the token expired']
`;

let folder: string;
let text = '';
beforeEach(async () => {
  text = '';
  folder = await mkdtemp(join(tmpdir(), 'knell-check-'));
  vi.stubEnv('NO_COLOR', '1');
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((part) => {
      text += String(part);
      return true;
    });
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  await rm(folder, { recursive: true, force: true });
});

const check = async (...args: string[]) => {
  const words = ['rules', 'check', ...args];
  await (await createProgram(words)).parseAsync(['node', 'knell', ...words]);
};
const isSaid = (words: RegExp) => expect.poll(() => text, { timeout: 120_000, interval: 20 }).toMatch(words);

it('goes on watching a file that is gone for a moment, and checks it when it is back', async () => {
  const file = join(folder, 'acme.yaml');
  await writeFile(file, PACK);
  const watching = check(file, '--watch');
  await isSaid(/Ctrl-C ends it/);
  await rm(file);
  await isSaid(/acme\.yaml is gone; it is checked again when it is back/);
  const before = text.length;
  await writeFile(file, PACK);
  await expect.poll(() => text.slice(before), { timeout: 120_000, interval: 20 }).toMatch(/acme\.yaml:/);
  process.emit('SIGINT');
  await watching;
});

it('does not watch what is not there', async () => {
  await check(join(folder, 'nowhere'), '--watch');
  expect([process.exitCode, text.includes('Ctrl-C')]).toEqual([2, false]);
});
