import { encodingName } from '../encoding.ts';
import type { LogReading } from './log-reader.ts';

/** What the clients themselves call their structured output; others print JSON lines. */
const FORMAT_NAMES: Readonly<Record<string, string>> = {
  'claude-code': 'stream-json',
  'qwen-code': 'stream-json',
  'cursor-agent': 'stream-json',
  gemini: 'stream-json',
  goose: 'stream-json',
  amp: 'stream-json',
  codex: '--json',
};

/** For people: `read as claude-code stream-json in docker's json-file: 214 lines, 0 not understood`. */
export function describeReading({ runtime, format, carriers, encoding, lines, notUnderstood }: LogReading): string {
  const name = format === 'text' ? 'text' : (FORMAT_NAMES[runtime] ?? 'JSON lines');
  const around = carriers.toReversed().map(({ title, kind }) => `${kind === 'prefix' ? 'behind' : 'in'} ${title}`);
  const written = encoding === 'utf-8' ? [] : [`in ${encodingName(encoding)}`];
  const count = `${lines} ${lines === 1 ? 'line' : 'lines'}`;
  return `read as ${[runtime, name, ...around, ...written].join(' ')}: ${count}, ${notUnderstood} not understood`;
}

/** The same for programs: the fields that each row of `knell scan --json` has besides the message's own. */
export function readingFields(file: string, reading: LogReading) {
  const { runtime, format, carriers, encoding, lines, notUnderstood } = reading;
  return {
    file,
    read_as: { runtime, format, carriers: carriers.map(({ name }) => name), encoding },
    lines,
    not_understood: notUnderstood,
  };
}
