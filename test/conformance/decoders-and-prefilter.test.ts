import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StreamName } from '../../src/contracts/run.ts';
import type { Decoder } from '../../src/decode/decoder.ts';
import { allDecoders } from '../../src/decode/decoders.ts';
import type { DecodedEvent } from '../../src/decode/event.ts';
import { normaliseText } from '../../src/decode/normalise-text.ts';
import { conditionNeedles } from '../../src/ruleset/condition-needles.ts';
import { createPrefilter } from '../../src/ruleset/prefilter.ts';
import fc from '../support/fast-check.ts';
import { partOf, partOfCount } from '../support/part-of.ts';

/*
 * The prefilter reads raw bytes, so it takes for granted how decoders make events of them: names and texts are what is
 * written in the line. A decoder that makes up a name, or a text, would hide lines from rules without anybody noticing.
 */

interface Captured {
  readonly line: string;
  readonly stream: StreamName;
}

const FOLDER = new URL('../corpus/', import.meta.url);

/** Every line in the corpus that is a JSON object by itself, wherever a file keeps it. Many stand in several places. */
const TEXTS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => readFileSync(new URL(name, FOLDER), 'utf8').split('\n').filter(Boolean))
  .flatMap(textsIn)
  .filter((text) => text.startsWith('{'));

/** The values by which programs tell their events apart. */
function sortOf(line: string): string {
  return (line.match(/"(?:type|subtype|role|status)" ?: ?"[^"]*"/g) ?? []).join();
}

function textsIn(row: string): string[] {
  const texts: string[] = [];
  JSON.parse(row, (_, value) => {
    if (typeof value === 'string') texts.push(...value.split('\n'));
    return value;
  });
  return texts;
}

const DECODERS = allDecoders().filter(({ errorLiterals }) => errorLiterals.length > 0);

/** A line is not held against a decoder when the prefilter looks at it whatever it says. */
const isDisguised = createPrefilter({ rules: [], signals: [], errorLiterals: [] });
const LINES: readonly Captured[] = partOf([...new Set(TEXTS)], 4, sortOf)
  .filter((line) => isDisguised(Buffer.from(line)).length === 0)
  .flatMap((line) => [
    { line, stream: 'stdout' as const },
    { line, stream: 'stderr' as const },
  ]);

/** What is wrong with an event, seen from the prefilter. */
function faultsOf(decoder: Decoder, { line, stream }: Captured): string[] {
  const raw = Buffer.from(line);
  const event = decoder.decode({ stream, number: 0, raw }, 'structured');
  if (!event.typed) return [];
  const faults = [...nameFaults(event, line), ...textFaults(event, line), ...errorFaults(decoder, event, raw)];
  if (JSON.stringify(event.fields) !== JSON.stringify(JSON.parse(line))) faults.push('its fields are not the line');
  return faults.map((fault) => `${decoder.runtime}, ${event.name}: ${fault}`);
}

/** Needles for a name: what the prefilter would look for, part by part. */
function nameFaults(event: DecodedEvent, line: string): string[] {
  return event.name
    .split('/')
    .filter((part) => conditionNeedles({ event: part })?.some(({ text }) => !line.toLowerCase().includes(text)))
    .map((part) => `"${part}" of its name is not written in the line`);
}

function textFaults(event: DecodedEvent, line: string): string[] {
  const readable = normaliseText(
    line
      // Not behind a backslash: `\\u2019` is a backslash and plain letters.
      .replaceAll(/(?<!\\)\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replaceAll('\\"', '"'),
  );
  return event.text
    .split(/[^\x20-\x7e]|[\\/]/)
    .filter((run) => run.length > 2 && !readable.includes(run))
    .map((run) => `"${run}" of its text is not written in the line`);
}

function errorFaults(decoder: Decoder, event: DecodedEvent, raw: Buffer): string[] {
  if (!event.claimsError) return [];
  const finds = createPrefilter({ rules: [], signals: [], errorLiterals: decoder.errorLiterals });
  return finds(raw).length > 0 ? [] : ['it claims an error, and none of the error literals is in the line'];
}

describe('what the prefilter takes for granted about decoders', () => {
  it('the corpus has lines', () => {
    expect(LINES.length).toBeGreaterThan(50);
  });

  it.each(DECODERS)('$runtime: names, texts and error claims are what is written in the line', (decoder) => {
    expect(LINES.flatMap((line) => faultsOf(decoder, line))).toEqual([]);
  });

  it.each(DECODERS)('$runtime: also where fields have other values, or are missing', (decoder) => {
    const known = LINES.filter(({ line, stream }) => {
      const raw = Buffer.from(line);
      return decoder.decode({ stream, number: 0, raw }, 'structured').typed;
    });
    if (known.length === 0) return;
    const changed = fc
      .tuple(fc.constantFrom(...known), fc.func(fc.integer({ min: 0, max: 8 })))
      .map(([{ line, stream }, pick]) => ({ stream, line: change(line, pick) }));
    fc.assert(
      fc.property(changed, (line) => {
        if (isDisguised(Buffer.from(line.line)).length === 0) expect(faultsOf(decoder, line)).toEqual([]);
      }),
      { numRuns: partOfCount(300, 4) },
    );
  });
});

/** The line with some values replaced, and some left out. */
function change(line: string, pick: (key: string, value: unknown) => number): string {
  let count = 0;
  const changed: unknown = JSON.parse(line, (key, value) => {
    count += 1;
    switch (pick(key, count)) {
      case 0:
        return undefined;
      case 1:
        return 'other words';
      case 2:
        return null;
      case 3:
        return ['listed words', { message: 'inner words', type: 'text', text: 'deep words' }];
      case 4:
        return { message: 'inner words', type: 'some_type' };
      default:
        return value;
    }
  });
  return JSON.stringify(changed) ?? '{}';
}
