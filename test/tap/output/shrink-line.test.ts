import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { shrinkLine } from '../../../src/tap/output/shrink-line.ts';
import fc from '../../support/fast-check.ts';
import { partOfCount } from '../../support/part-of.ts';

type Json = Record<string, unknown>;
const shrink = (value: unknown, limit: number): Json =>
  JSON.parse(shrinkLine(Buffer.from(JSON.stringify(value)), limit).toString('utf8')) as Json;

const screenshot = {
  type: 'user',
  message: {
    role: 'user',
    content: [
      {
        type: 'tool_result',
        tool_use_id: 'toolu_1',
        is_error: false,
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo'.repeat(120_000) } },
        ],
      },
    ],
  },
  parent_tool_use_id: null,
  session_id: '5b0c',
};

describe('shrinking a line of JSON', () => {
  it('leaves a line alone that fits', () => {
    const line = Buffer.from('{"a":1}');
    expect(shrinkLine(line, 512)).toBe(line);
  });

  it('abbreviates the payload, keeps the structure, and says what the original was', () => {
    const line = Buffer.from(JSON.stringify(screenshot));
    const result = shrinkLine(line, 100_000);
    expect(result.length).toBeLessThanOrEqual(100_000);
    const value = JSON.parse(result.toString('utf8'));
    const [tool] = value.message.content;
    expect(tool).toMatchObject({ type: 'tool_result', tool_use_id: 'toolu_1', is_error: false });
    expect(tool.content[0].source.data).toMatch(/^iVBORw0KGgo.*…\[knell: \d+ bytes left out\]….*$/);
    expect(value).toMatchObject({ type: 'user', parent_tool_use_id: null, session_id: '5b0c' });
    expect(value.knell_shrunk).toEqual({ bytes: line.length, sha256: createHash('sha256').update(line).digest('hex') });
  });

  it('takes the longest payload first and no more than needed', () => {
    const value = {
      type: 'user',
      parts: [{ text: 'a'.repeat(3_000) }, { text: 'b'.repeat(50_000) }, { text: 'c'.repeat(2_000) }],
    };
    const shrunk = shrink(value, 10_000) as typeof value;
    expect(shrunk.parts[0]).toEqual(value.parts[0]);
    expect(shrunk.parts[2]).toEqual(value.parts[2]);
    expect(shrunk.parts[1]?.text.length).toBeLessThan(5_000);
  });

  it('sacrifices a payload before a word of what the runtime says', () => {
    const value = {
      type: 'result',
      is_error: true,
      api_error_status: 401,
      result: 'Failed to authenticate. '.repeat(300),
      dump: { text: 'x '.repeat(9_000) },
    };
    const shrunk = shrink(value, 10_000) as typeof value;
    expect(shrunk).toMatchObject({ type: 'result', is_error: true, api_error_status: 401, result: value.result });
  });

  it('keeps the beginning and the end of a long text of the runtime itself', () => {
    const value = { type: 'result', result: `Start. ${'word '.repeat(20_000)}The very end.` };
    const { result } = shrink(value, 20_000) as typeof value;
    expect(result).toMatch(/^Start\. /);
    expect(result).toMatch(/The very end\.$/);
  });

  it('drops whole containers where strings are not what is long', () => {
    const value = {
      type: 'user',
      error: { code: 'x' },
      numbers: { deep: Array.from({ length: 20_000 }, (_, i) => i) },
      tail: [1, 2],
    };
    const shrunk = shrink(value, 5_000) as Json;
    expect(shrunk).toMatchObject({ type: 'user', error: { code: 'x' }, tail: [1, 2] });
    expect(JSON.stringify(shrunk.numbers)).toContain('"knell_left_out":');
  });

  it('drops members that tell nothing where there are too many of them', () => {
    const crowd = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field_${i}`, i]));
    const shrunk = shrink(
      { ...crowd, type: 'result', is_error: true, error: 'authentication_failed', status: 401 },
      2_000,
    );
    expect(shrunk).toMatchObject({
      type: 'result',
      is_error: true,
      error: 'authentication_failed',
      status: 401,
      field_0: 0,
    });
  });

  it.each([
    ['an array of numbers', Array.from({ length: 5_000 }, (_, i) => i)],
    ['a string', 'x'.repeat(5_000)],
    ['an object of one giant number', { n: 10 ** 20 }],
  ])('keeps %s JSON', (_, value) => {
    const text = JSON.stringify(value).replace('100000000000000000000', '1'.repeat(5_000));
    const result = shrinkLine(Buffer.from(text), 1_000);
    expect(result.length).toBeLessThanOrEqual(1_000);
    expect(() => JSON.parse(result.toString('utf8'))).not.toThrow();
  });

  it('abbreviates no more than needed', () => {
    const value = { type: 'user', parts: [{ text: 'a'.repeat(3_000) }, { text: 'b '.repeat(25_000) }] };
    const { parts } = shrink(value, 25_000) as typeof value;
    expect(parts[0]?.text).toHaveLength(3_000);
    expect(parts[1]?.text.length).toBeGreaterThan(16_000);
  });

  it('survives values that are nested tens of thousands deep', () => {
    const line = `{"type":"result","deep":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
    expect(JSON.parse(shrinkLine(Buffer.from(line), 1_000).toString('utf8'))).toMatchObject({ type: 'result' });
  });

  it('changes no byte outside of what it shortens, not even numbers that JavaScript would round', () => {
    const line = `{ "id" : 12345678901234567890, "type":"a", "type":"b", "10":1, "2":1, "x":{"data":"${'y'.repeat(4_000)}"} }`;
    const result = shrinkLine(Buffer.from(line), 1_500).toString('utf8');
    expect(
      result.startsWith('{ "id" : 12345678901234567890, "type":"a", "type":"b", "10":1, "2":1, "x":{"data":"yyyy'),
    ).toBe(true);
  });

  it('keeps a member that is named like the prototype of all objects', () => {
    const line = `{"type":"result","__proto__":{"text":"${'x '.repeat(2_000)}"}}`;
    expect(shrinkLine(Buffer.from(line), 1_000).toString('utf8')).toMatch(
      /^\{"type":"result","__proto__":\{"text":"x /,
    );
  });

  it('never cuts an escape or a surrogate pair', () => {
    const emoji = '\\ud83d\\ude00';
    for (let pad = 0; pad < 16; pad++) {
      const line = `{"a":{"b":"${'x'.repeat(pad)}${emoji.repeat(1_000)}\\\\\\"${'é'.repeat(500)}"}}`;
      const value = JSON.parse(shrinkLine(Buffer.from(line), 2_500).toString('utf8'));
      expect(value.a.b).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
    }
  });

  it('gives a result that parses, fits, and says the same in its short fields, whatever the input', () => {
    const short = fc.oneof(fc.string({ maxLength: 30, unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null));
    const long = fc
      .tuple(fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }), fc.integer({ min: 300, max: 3_000 }))
      .map(([text, n]) => text.repeat(n));
    const payload = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        short,
        long,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 10 }), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    const event = fc.record({ type: short, error: short, status: short, is_error: fc.boolean(), payload, big: long });
    fc.assert(
      fc.property(
        event,
        fc.integer({ min: 1_024, max: 20_000 }),
        fc.constantFrom(undefined, 2),
        (value, limit, indent) => {
          const line = Buffer.from(JSON.stringify(value, null, indent).replaceAll('\n', ' '));
          const result = shrinkLine(line, limit);
          expect(result.length).toBeLessThanOrEqual(Math.max(limit, 0));
          const parsed = JSON.parse(result.toString('utf8'));
          const { type, error, status, is_error } = JSON.parse(line.toString('utf8'));
          expect(parsed).toMatchObject({ type, error, status, is_error });
          expect('knell_shrunk' in parsed).toBe(line.length > limit);
        },
      ),
      { numRuns: partOfCount(300, 4) },
    );
  });
});

describe('shrinking any other line', () => {
  it('takes JSON of more values than any event has for text', () => {
    const line = `{"type":"result","a":[${'{},'.repeat(60_000)}1]}`;
    const result = shrinkLine(Buffer.from(line), 1_000);
    expect(result.length).toBeLessThanOrEqual(1_000);
    expect(result.toString('utf8')).toMatch(/^\{"type":"result","a":\[.* bytes shortened, .*1\]\}$/);
  });

  it('counts values outside of strings only', () => {
    const line = JSON.stringify({ type: 'user', text: '{"a":[1,2,3]},\\"'.repeat(10_000) });
    expect(JSON.parse(shrinkLine(Buffer.from(line), 1_000).toString('utf8'))).toMatchObject({ type: 'user' });
  });

  it('keeps head and tail and says what is missing', () => {
    const result = shrinkLine(Buffer.from(`HEAD ${'ä'.repeat(5_000)} TAIL`), 1_000);
    expect(result.length).toBeLessThanOrEqual(1_000);
    expect(result.toString('utf8')).toMatch(
      /^HEAD ä+\t…\[knell: 10010 bytes shortened, sha256 [0-9a-f]{64}\]…\tä+ TAIL$/,
    );
  });

  it.each([
    ['a control character in a string', `{"type":"result","a":"${'x'.repeat(2_000)}\u0001${'x'.repeat(2_000)}"}`],
    ['a bad escape in a string', `{"type":"result","a":"${'x'.repeat(2_000)}\\q${'x'.repeat(2_000)}"}`],
    ['a bad number in what would be dropped', `{"type":"result","a":{"b":[${'1,'.repeat(3_000)}]}}`],
    ['two values', `{"a":"${'x'.repeat(4_000)}"}{"b":1}`],
    ['no end', `{"type":"result","a":"${'x'.repeat(4_000)}`],
    ['a bracket of the wrong kind', `{"a":["${'x'.repeat(4_000)}"}]`],
  ])('never turns a line with %s into JSON', (_, line) => {
    const result = shrinkLine(Buffer.from(line), 1_000);
    expect(result.length).toBeLessThanOrEqual(1_000);
    expect(() => JSON.parse(result.toString('utf8'))).toThrow();
  });

  it('never turns what is not JSON into JSON, wherever the fault is', () => {
    const fault = fc.constantFrom('\u0001', '\\q', '"', '}', ',', '[', 'x');
    fc.assert(
      fc.property(fc.nat(), fault, fc.integer({ min: 1_024, max: 4_000 }), (place, wrong, limit) => {
        const good = JSON.stringify({
          type: 'result',
          error: null,
          a: { text: 'word '.repeat(800), list: Array(300).fill({ n: 1 }) },
        });
        const at = place % (good.length + 1);
        const line = good.slice(0, at) + wrong + good.slice(at);
        const wasJson = parses(line);
        expect(parses(shrinkLine(Buffer.from(line), limit).toString('utf8'))).toBe(wasJson);
      }),
      { numRuns: partOfCount(500, 4) },
    );
  });

  it('stays UTF-8', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 10, maxLength: 50 }),
        fc.integer({ min: 512, max: 900 }),
        (text, limit) => {
          const result = shrinkLine(Buffer.from(text.repeat(100)), limit);
          expect(Buffer.from(result.toString('utf8'))).toEqual(result);
        },
      ),
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
