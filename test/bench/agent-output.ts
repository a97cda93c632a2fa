import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lines that agents print, made from this project's own files: the same files give the same lines. */
export interface AgentOutput {
  /** The next line, without a line break: three fifths of the bytes are Claude Code's stream-json, the rest is plain text. */
  next(): string;
}

/** A small generator of pseudo-random numbers (mulberry32): the bench must be repeatable. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * @param root the project's folder
 * @param skip whether to leave out a file, by its path under `src`
 */
export function createAgentOutput(root: string, seed = 1, skip: (name: string) => boolean = () => false): AgentOutput {
  const files = filesUnder(join(root, 'src'), (name) => name.endsWith('.ts') && !skip(name));
  const code = files.flatMap((text) => text.split('\n'));
  const prose = files.flatMap(commentsOf);
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]) => items[random(items.length)] as T;
  const lines = (count: number) => {
    const from = random(code.length - count);
    return code.slice(from, from + count).join('\n');
  };
  const id = (prefix: string) => `${prefix}_${random(2 ** 31).toString(36)}${random(2 ** 31).toString(36)}`;
  const hex = (digits: number) => Array.from({ length: digits }, () => random(16).toString(16)).join('');
  const uuid = () => [8, 4, 4, 4, 12].map(hex).join('-');
  const twoDigits = (below: number) => String(random(below)).padStart(2, '0');
  const timeStamp = () =>
    `20${twoDigits(100)}-${twoDigits(12)}-${twoDigits(28)}T${twoDigits(24)}:${twoDigits(60)}:${twoDigits(60)}.${100 + random(900)}Z`;
  const sentences = (count: number) => Array.from({ length: count }, () => pick(prose)).join(' ');

  const assistant = (content: unknown) =>
    JSON.stringify({
      type: 'assistant',
      message: {
        id: id('msg'),
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [content],
        stop_reason: null,
        usage: { input_tokens: random(9_000), cache_read_input_tokens: random(90_000), output_tokens: random(900) },
      },
      parent_tool_use_id: null,
      session_id: uuid(),
    });
  const user = (content: string, failed: boolean) =>
    JSON.stringify({
      type: 'user',
      message: {
        role: 'user',
        content: [{ tool_use_id: id('toolu'), type: 'tool_result', content, is_error: failed }],
      },
      parent_tool_use_id: null,
      session_id: uuid(),
    });
  const structured = [
    () => assistant({ type: 'text', text: sentences(1 + random(4)) }),
    () =>
      assistant({
        type: 'tool_use',
        id: id('toolu'),
        name: pick(['Bash', 'Read', 'Grep']),
        input: { command: pick(code) },
      }),
    () =>
      assistant({
        type: 'tool_use',
        id: id('toolu'),
        name: 'Edit',
        input: { old_string: lines(2), new_string: lines(3) },
      }),
    () => user(lines(1 + random(30)), random(20) === 0),
  ];
  const plain = [
    ...Array.from({ length: 8 }, () => () => pick(code)),
    ...Array.from({ length: 4 }, () => () => sentences(1)),
    () =>
      `  at ${pick(['decode', 'match', 'handle'])} (src/${pick(['ruleset', 'decode'])}/file.ts:${random(400)}:${random(80)})`,
    () => ` ✓ test/file-${random(100)}.test.ts (${random(60)} tests) ${random(900)}ms`,
    () => `${timeStamp()} INFO request ${id('req')} done in ${random(900)} ms`,
  ];
  let structuredBytes = 0;
  let plainBytes = 0;
  return {
    next() {
      const line = structuredBytes * 2 <= plainBytes * 3 ? pick(structured)() : pick(plain)();
      if (line.startsWith('{')) structuredBytes += line.length;
      else plainBytes += line.length;
      return line;
    },
  };
}

function filesUnder(folder: string, wanted: (name: string) => boolean): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(wanted)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** The sentences of a file's comments: the only prose there always is. */
function commentsOf(text: string): string[] {
  return [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)]
    .map(([, comment = '']) => comment.replaceAll(/\s*\n\s*\* ?/g, ' ').trim())
    .filter((comment) => comment.length > 40);
}
