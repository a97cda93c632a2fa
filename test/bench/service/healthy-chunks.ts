import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../chaos/random.ts';
import { ROOT } from './child.ts';

export const CHUNK_BYTES = 16 * 1_024;

export interface HealthyChunk {
  readonly data: Buffer;
  readonly lines: number;
}

/** What agents read and talk about all day: documents and sources, here those of packages that the project has anyway. */
const PACKAGES = ['commander', 'yaml', 'zod', 'pino', 'prom-client', 'typescript', 'fast-check'];
const SOURCE_FILES = [
  'lib/command.js',
  'dist/compose/composer.js',
  'v4/core/schemas.js',
  'lib/tools.js',
  'lib/histogram.js',
];

function readAll(names: readonly string[], files: readonly string[]): string {
  const texts = names.flatMap((name) =>
    files.map((file) => {
      const path = join(ROOT, 'node_modules', name, file);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    }),
  );
  return texts.join('\n');
}

/**
 * Chunks of 16 KiB as healthy agents print them: stream-json with prose, tool calls and tool results of very different
 * lengths, or the plain text of a terminal agent. About 300 bytes a line in the mean.
 */
export function healthyChunks(count: number, kind: 'structured' | 'text', seed = 7): HealthyChunk[] {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const words = readAll(PACKAGES, ['README.md']).split(/\s+/);
  const code = readAll(PACKAGES, SOURCE_FILES).split('\n');
  const some = (list: readonly string[], length: number) => {
    const start = Math.floor(random() * (list.length - length));
    return list.slice(start, start + length);
  };
  const prose = (length: number) => some(words, length).join(' ');
  const id = () => Math.floor(random() * 2 ** 48).toString(36);
  const usage = () => ({ input_tokens: Math.floor(random() * 9_000), output_tokens: Math.floor(random() * 900) });
  const session = id();

  const structured = (): string => {
    const message = { id: `msg_${id()}`, type: 'message', role: 'assistant', model: 'claude-sonnet-4-5' };
    const rest = { parent_tool_use_id: null, session_id: session, uuid: id() };
    const share = random();
    if (share < 0.35) {
      const content = [{ type: 'text', text: prose(8 + Math.floor(random() * 30)) }];
      return JSON.stringify({ type: 'assistant', message: { ...message, content, usage: usage() }, ...rest });
    }
    if (share < 0.68) {
      const input = { command: `grep -rn "${prose(1)}" src/${id()}.ts`, description: prose(5) };
      const content = [{ type: 'tool_use', id: `toolu_${id()}`, name: pick(['Bash', 'Read', 'Edit']), input }];
      return JSON.stringify({ type: 'assistant', message: { ...message, content, usage: usage() }, ...rest });
    }
    const text = some(code, 1 + Math.floor(random() * 16)).join('\n');
    const content = [{ tool_use_id: `toolu_${id()}`, type: 'tool_result', content: text, is_error: false }];
    return JSON.stringify({ type: 'user', message: { role: 'user', content }, ...rest });
  };
  const text = (): string => (random() < 0.4 ? (some(code, 1)[0] ?? '') : prose(8 + Math.floor(random() * 60)));

  const makeLine = kind === 'structured' ? structured : text;
  return Array.from({ length: count }, () => {
    let data = '';
    let lines = 0;
    for (let line = makeLine(); data.length + line.length < CHUNK_BYTES; line = makeLine()) {
      data += `${line}\n`;
      lines += 1;
    }
    return { data: Buffer.from(data), lines };
  });
}
