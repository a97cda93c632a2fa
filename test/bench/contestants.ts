import RE2 from 're2';
import { RulePack } from '../../src/contracts/rule-pack.ts';
import { decoderFor } from '../../src/decode/decoders.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import type { RuleSet } from '../../src/ruleset/rule-set.ts';
import { type Chunks, eachChunk } from './chunks.ts';
import { asRules, type SyntheticRule } from './synthetic-rules.ts';

/** Finds the lines on which a rule holds, and tells how many there are. */
export type Contestant = (chunks: Chunks) => number;

const OPENING_BRACE = 0x7b;
const claudeCode = decoderFor('claude-code');

export function compilePack(rules: readonly SyntheticRule[]): RuleSet {
  const pack = RulePack.parse({ schema: 'knell.rules/v1', pack: 'bench', version: '1.0.0', runtime: 'any', rules: [] });
  return compileRules([{ ...pack, rules: asRules(rules) }]);
}

/** knell as the service uses it: scan, cut, decode, and confirm with RE2. */
export function engine(rules: RuleSet): Contestant {
  return (chunks) => {
    let matched = 0;
    eachChunk(chunks, (chunk) => {
      for (const { start, end, row } of rules.candidates(chunk)) {
        const raw = chunk.subarray(start, end);
        const format = raw[0] === OPENING_BRACE ? 'structured' : 'text';
        const event = claudeCode.decode({ stream: 'stdout', number: row, raw }, format);
        if (rules.match(event, 'stdout', 'claude-code').hits.length > 0) matched += 1;
      }
    });
    return matched;
  };
}

/** RE2's own way to test many patterns at once, in shards that it still compiles, on each line's bytes. */
export function re2Sets(rules: readonly SyntheticRule[], shard = 64): Contestant {
  const sets: { test(text: Buffer): boolean }[] = [];
  for (let at = 0; at < rules.length; at += shard) {
    sets.push(new RE2.Set(rules.slice(at, at + shard).map(({ pattern }) => pattern)));
  }
  return (chunks) => countLines(chunks, (line) => sets.some((set) => set.test(line)));
}

export function regExpAlternation(rules: readonly SyntheticRule[]): Contestant {
  const all = new RegExp(rules.map(({ pattern }) => `(?:${bare(pattern)})`).join('|'), 'i');
  return (chunks) => countLines(chunks, (line) => all.test(line.toString('latin1')));
}

export function regExpLoop(rules: readonly SyntheticRule[]): Contestant {
  const all = rules.map(({ pattern }) => new RegExp(bare(pattern), pattern.startsWith('(?i)') ? 'i' : ''));
  return (chunks) =>
    countLines(chunks, (line) => {
      const text = line.toString('latin1');
      return all.some((one) => one.test(text));
    });
}

function bare(pattern: string): string {
  return pattern.replace('(?i)', '');
}

const LINE_FEED = 0x0a;

function countLines({ data }: Chunks, test: (line: Buffer) => boolean): number {
  let matched = 0;
  for (let start = 0; start < data.length; ) {
    const feed = data.indexOf(LINE_FEED, start);
    const end = feed === -1 ? data.length : feed;
    if (test(data.subarray(start, end))) matched += 1;
    start = end + 1;
  }
  return matched;
}

/** The least that a reader of stream-json does: finds the lines and parses those that look like JSON. */
export function parseEveryLine(chunks: Chunks): number {
  return countLines(chunks, (line) => {
    if (line[0] !== OPENING_BRACE) return false;
    try {
      return JSON.parse(line.toString('utf8')) !== null;
    } catch {
      return false;
    }
  });
}
