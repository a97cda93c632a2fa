import { describe, expect, it } from 'vitest';
import { decodePayload, type PayloadOptions } from '../../src/decode/codecs.ts';
import fc from '../support/fast-check.ts';

const SUBJECT = 'knell.logs.writer.x1.1.stderr';

function rows(payload: string, options: PayloadOptions = {}): unknown {
  const decoded = decodePayload(Buffer.from(payload), options);
  if (!decoded.ok) return decoded.reason;
  return decoded.rows.map((row) => [row.stream ?? '-', row.raw.toString('utf8')]);
}

describe('decodePayload', () => {
  it('reads plain lines when no codec is named', () => {
    expect(rows('one\ntwo\n')).toEqual([
      ['-', 'one'],
      ['-', 'two'],
    ]);
  });

  it('has no rows in an empty payload', () => {
    expect(rows('')).toEqual([]);
  });

  it('reads one object a row as ndjson, each with its own stream', () => {
    const payload = '{"line":"out","stream":"stdout"}\n{"line":"err","stream":"stderr"}\r\n\n{"line":"either"}';
    expect(rows(payload, { codec: 'ndjson' })).toEqual([
      ['stdout', 'out'],
      ['stderr', 'err'],
      ['-', 'either'],
    ]);
  });

  it('makes several rows of one ndjson row whose text has line breaks', () => {
    expect(rows('{"line":"a\\nb\\n"}', { codec: 'NDJSON' })).toEqual([
      ['-', 'a'],
      ['-', 'b'],
    ]);
  });

  it.each([
    ['no JSON', 'oops', 'row 0 of the ndjson payload is not a JSON object'],
    ['an array', '["line"]', 'row 0 of the ndjson payload is not a JSON object'],
    ['no line', '{"line":"a"}\n{"stream":"stdout"}', 'row 1 of the ndjson payload has no text in "line"'],
    ['a strange stream', '{"line":"a","stream":"log"}', 'neither stdout nor stderr'],
  ])('says what is wrong with ndjson that has %s', (_what, payload, reason) => {
    expect(rows(payload, { codec: 'ndjson' })).toContain(reason);
  });

  it('names the codecs there are when the header names another', () => {
    expect(rows('a', { codec: 'gelf' })).toBe(
      'the codec "gelf" is unknown: use lines, ndjson, fluent-bit, docker, cri, vector, otlp',
    );
  });

  it('recognises a Fluent Bit payload without a header by its tag being the subject', () => {
    const payload = `[[1795363700.25,{"tag":"${SUBJECT}","log":"credit \\u00b7 low"}],[1795363701,{"tag":"${SUBJECT}","log":"b\\n"}]]`;
    const decoded = decodePayload(Buffer.from(payload), { subject: SUBJECT });
    expect(decoded).toMatchObject({ ok: true, codec: 'fluent-bit', rows: [{ timeMs: 1_795_363_700_250 }, {}] });
    expect(rows(payload, { subject: SUBJECT })).toEqual([
      ['-', 'credit · low'],
      ['-', 'b'],
    ]);
  });

  it.each([
    ['the tag is another subject', `[[1,{"tag":"other","log":"a"}]]`],
    ['only one of the tags fits', `[[1,{"tag":"${SUBJECT}","log":"a"}],[2,{"tag":"other","log":"b"}]]`],
    ['something follows the array', `[[1,{"tag":"${SUBJECT}","log":"a"}]] and more`],
    ['the array is empty', '[]'],
    ['it is an ordinary line that starts with a bracket', '[api] listening'],
  ])('takes a payload as plain lines when %s', (_why, payload) => {
    expect(rows(payload, { subject: SUBJECT })).toEqual([['-', payload]]);
  });

  it.each([
    ['[[1,{"tag":"t"}]]', 'record 0 of the fluent-bit payload has no text in "log"'],
    ['[[1]]', 'record 0 of the fluent-bit payload is not [seconds, {…}]'],
    ['{}', 'the fluent-bit payload is not a JSON array of records'],
    ['[[1,', 'the fluent-bit payload is not a JSON array of records'],
  ])('says what is wrong with the declared Fluent Bit payload %s', (payload, reason) => {
    expect(rows(payload, { codec: 'fluent-bit' })).toBe(reason);
  });

  it('never throws, whatever the bytes, the header and the subject', () => {
    const codec = fc.constantFrom(undefined, 'lines', 'ndjson', 'fluent-bit', 'nonsense');
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(payload, codec, (bytes, name) => {
        expect(typeof decodePayload(Buffer.from(bytes), { codec: name, subject: SUBJECT }).ok).toBe('boolean');
      }),
    );
  });

  it('survives a hundred thousand nested brackets', () => {
    const payload = Buffer.from('['.repeat(100_000) + ']'.repeat(100_000));
    expect(decodePayload(payload, { subject: SUBJECT })).toMatchObject({ ok: true, codec: 'lines' });
  });
});
