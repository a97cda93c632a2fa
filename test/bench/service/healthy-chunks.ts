import { createRandom } from '../../chaos/random.ts';

export const CHUNK_BYTES = 16 * 1_024;

export interface HealthyChunk {
  readonly data: Buffer;
  readonly lines: number;
}

const WORDS =
  'the agent reads source file and then writes a test for parser module because request handler returns wrong status when token cache is empty so we retry with limit and log error before timeout build passes all checks in server config path import value function class result'.split(
    ' ',
  );

/**
 * Chunks of 16 KiB as healthy agents print them: stream-json with prose, tool calls and tool results of very different
 * lengths, or the plain text of a terminal agent. About 300 bytes a line in the mean. Talk about errors, tokens and limits
 * is in it, as it is in real ones.
 */
export function healthyChunks(count: number, kind: 'structured' | 'text', seed = 7): HealthyChunk[] {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const prose = (words: number) => Array.from({ length: words }, () => pick(WORDS)).join(' ');
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
      const input = { command: `grep -n "${prose(2)}" src/${pick(WORDS)}.ts`, description: prose(4) };
      const content = [{ type: 'tool_use', id: `toolu_${id()}`, name: pick(['Bash', 'Read', 'Edit']), input }];
      return JSON.stringify({ type: 'assistant', message: { ...message, content, usage: usage() }, ...rest });
    }
    const text = Array.from({ length: 1 + Math.floor(random() * 8) }, () => prose(6)).join('\n');
    const content = [{ tool_use_id: `toolu_${id()}`, type: 'tool_result', content: text, is_error: false }];
    return JSON.stringify({ type: 'user', message: { role: 'user', content }, ...rest });
  };
  const text = (): string => (random() < 0.15 ? '' : prose(8 + Math.floor(random() * 40)));

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
