/** Something that happens to a log on its way to whoever reads it. It may destroy evidence, but never makes any. */
export interface Mutation {
  readonly name: string;
  /** Whether it is for plain text alone: events are not wrapped, and no wrapper writes before them. */
  readonly textOnly: boolean;
  readonly of: (lines: readonly string[]) => string[];
}

const START_MS = Date.parse('2026-01-29T16:29:20.123Z');
const isoAt = (at: number): string => new Date(START_MS + at * 1_000).toISOString();
const each = (change: (line: string, at: number) => string) => (lines: readonly string[]) => lines.map(change);

/** Breaks lines at the last space before a width, as screens and mails do; a longer word stays whole. */
function wrapped(width: number): Mutation['of'] {
  return (lines) =>
    lines.flatMap((line) => {
      const rows: string[] = [];
      let row = '';
      for (const word of line.split(' ')) {
        if (row !== '' && row.length + 1 + word.length > width) {
          rows.push(row);
          row = word;
        } else row = row === '' && rows.length === 0 && word === '' ? ' ' : row === '' ? word : `${row} ${word}`;
      }
      return [...rows, row];
    });
}

export const MUTATIONS: readonly Mutation[] = [
  ...[60, 80, 100, 120].map((width) => ({ name: `wrapped at ${width}`, textOnly: true, of: wrapped(width) })),
  { name: 'a wrapper before each line', textOnly: true, of: each((line) => `[worker-3] ${line}`) },
  { name: 'two wrappers before each line', textOnly: true, of: each((line) => `[fleet] [worker-3] ${line}`) },
  { name: 'a time before each line', textOnly: false, of: each((line, at) => `${isoAt(at)} ${line}`) },
  { name: 'compose', textOnly: false, of: each((line) => `agent-1  | ${line}`) },
  {
    name: 'docker',
    textOnly: false,
    of: each((line, at) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: isoAt(at) })),
  },
  { name: 'carriage returns', textOnly: false, of: each((line) => `${line}\r`) },
  { name: 'resets of colour', textOnly: false, of: each((line) => `\u001b[0m${line}`) },
  { name: 'a frame', textOnly: true, of: each((line) => `│ ${line.padEnd(78)} │`) },
];
