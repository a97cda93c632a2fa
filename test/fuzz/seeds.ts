import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What each target begins with: the shipped rules and their examples, and one input of each kind. */
export function seedsOf(target: string, rules: string): Buffer[] {
  const texts = SMALL[target]?.map((text) => Buffer.from(text, 'latin1')) ?? [];
  const files = readdirSync(rules, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  const contents = files.map((name) => readFileSync(join(rules, name), 'utf8'));
  if (target === 'rules')
    return [...texts, ...contents.filter(({ length }) => length < 6_000).map((text) => Buffer.from(text))];
  const lines = contents.flatMap((text) => examplesIn(parse(text))).filter(({ length }) => length < 1_500);
  if (target === 'statements') return [...texts, ...lines.map((text) => Buffer.from(text))];
  if (target === 'decoders')
    return [...texts, ...lines.filter((text) => text.startsWith('{')).map((text) => Buffer.from(text))];
  if (target === 'unwrap') return [...texts, ...lines.map((text) => Buffer.from(`\x40${text}`))];
  return texts;
}

interface Examples {
  readonly examples?: Readonly<Record<string, readonly (string | { readonly lines: string | readonly string[] })[]>>;
}

function examplesIn(pack: { readonly rules?: readonly Examples[]; readonly causes?: readonly Examples[] }): string[] {
  return [...(pack.rules ?? []), ...(pack.causes ?? [])].flatMap(({ examples = {} }) =>
    Object.values(examples).flatMap((some) =>
      some.map((one) => (typeof one === 'string' ? one : [one.lines].flat().join('\n'))),
    ),
  );
}

const CARRIED = [
  '{"log":"x\\n","stream":"stdout","time":"2026-11-28T00:00:00.1Z"}\n',
  '2026-11-28T00:00:00.1Z stdout F x\n2026-11-28T00:00:00.1Z stderr P y\n',
  '{"message":"x","timestamp":"2026-11-28T00:00:00Z"}\n',
  '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1764000000000000000","body":{"stringValue":"x"}}]}]}]}',
  '{"line":"x","stream":"stderr"}\n',
  '[[1764000000.5,{"tag":"knell.logs.a.e.1.stdout","log":"a\\nb"}]]',
];
const SMALL: Readonly<Record<string, readonly string[]>> = {
  codecs: [
    '\x01a\nb\r\n',
    ...CARRIED.flatMap((text) => ['\x02', '\x03', '\x04', '\x05', '\x06', '\x07'].map((head) => head + text)),
  ],
  unwrap: [
    ...CARRIED.map((text) => `\x60${text}`),
    '\x20web-1  | hello\nweb-1  | bye\n',
    '\x20Nov 28 10:00:00 host prog[12]: hello\n',
    '\x202026-11-28T10:00:00.0000000Z hi\n',
    '\x20\xff\xfeh\0i\0\n\0',
    '\x20{\n  "type": "result"\n}\n',
  ],
  addresses: [
    '\0\0',
    '\0\x01x',
    '\0\x02',
    '\0\x03a.b.1',
    '\0\x03a.b.1/lines?from=1&limit=2',
    '\0\x04limit=3&q=a&state=running',
    '\0\x06../x.js',
    '\x02\x02',
  ],
  rules: [
    "schema: knell.rules/v1\npack: a\nversion: '1.0.0'\nruntime: codex\nrules:\n  - id: b\n    title: t\n    category: auth.token_expired\n    action: abort\n    match: [{ event: result, where: { is_error: true }, text: '^x' }]\n    origin: { seen: '2026-11-22', source: a }\n    examples: { match: [], ignore: [] }\n",
  ],
};
