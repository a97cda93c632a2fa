import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { everyLine } from '../../src/ruleset/every-line.ts';
import { lookFor, packOf, rowsOf } from './build.ts';
import { compileEngine, rowsThatMatter, saidByEngine, saidBySlowReference } from './slow-reference.ts';

/** Rules of the kinds that packs have. */
const RULES: readonly Record<string, unknown>[] = [
  { match: [{ event: 'system/api_retry', where: { error_status: 401 }, repeat: { count: 2, within: '30s' } }] },
  { match: [{ event: 'result', where: { is_error: true, api_error_status: { in: [401, 403] } } }] },
  { match: [{ event: 'result', where: { is_error: true }, text: '(?i)token has expired' }] },
  { match: [{ event: 'assistant', where: { error: 'authentication_failed' } }] },
  { match: [{ event: 'assistant', where: { 'message.model': '<synthetic>' }, text: '^Credit balance is too low' }] },
  { match: [{ event: 'rate_limit_event', where: { 'rate_limit_info.status': 'rejected' } }] },
  { match: [{ event: 'rate_limit_event', where: { 'rate_limit_info.resetsAt': { gt: 1_000 } } }] },
  { match: [{ event: ['turn.failed', 'error'], text: "(?i)you've hit your usage limit" }] },
  { match: [{ event: 'hook_event/*', where: { 'errors.0': { matches: 'disk (full|quota)' } } }] },
  {
    match: [{ event: 'result', where: { num_turns: { gte: 1 }, subtype: { not: 'success' }, cost: { exists: true } } }],
  },
  { match: [{ line: '^Login expired · Please run /login$', quiet: '20s' }] },
  { match: [{ line: ['(?i)error: (ECONNREFUSED|ENOTFOUND|EPIPE) .*', 'Killed'] }] },
  { match: [{ text: 'No space left on device|OOM' }] },
  { match: [{ text: '余额不足' }] },
  { match: [{ line: 'a "quoted" \\\\path/to it-self' }] },
];

const SIGNAL = { id: 'done', means: 'success', match: [{ event: 'result', where: { is_error: false } }] };

/** Lines that each rule matches, as programs print them. */
const HITS: readonly string[] = [
  '{"type":"system","subtype":"api_retry","attempt":1,"error_status":401,"error":"authentication_failed"}',
  '{"type": "system", "subtype": "api_retry", "error_status": 401.0}',
  '{"type":"result","subtype":"success","is_error":true,"api_error_status":403}',
  '{"type":"result","is_error" : true,"result":"OAuth Token has expired."}',
  '{"type":"assistant","message":{"content":[]},"error":"authentication_failed"}',
  '{"type":"assistant","message":{"model":"<synthetic>","content":[{"type":"text","text":"Credit balance is too low"}]}}',
  '{"type":"assistant","message":{"model":"\\u003csynthetic\\u003e","content":"Credit balance is too low"}}',
  '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1778565600}}',
  '{"type":"rate_limit_event","rate_limit_info.status":"rejected"}',
  '{"type":"turn.failed","error":{"message":"You\\u2019ve hit your usage limit."}}',
  '{"type":"error","message":"You’ve hit your Usage Limit."}',
  '{"type":"hook_event","hookEventName":"agent_error","errors":["disk full"]}',
  '{"type":"result","num_turns":3,"subtype":"error_max_turns","cost":0.1}',
  '{"type":"result","subtype":"success","is_error":false,"result":"done"}',
  'Login expired · Please run /login',
  'Error: ECONNREFUSED 127.0.0.1',
  'Killed',
  'write failed: No space left on device (os error 28)',
  'JavaScript heap OOM',
  '错误：余额不足',
  '{"type":"error","message":"\\u4f59额\\u4E0D足"}',
  'a “quoted” \\path/to it‑self',
];

const PACK = packOf(RULES, { signals: [SIGNAL] });
const RULE_SET = compileEngine(PACK);

describe('what a line has to contain', () => {
  it.each(HITS)('%s is a candidate, and matters', (line) => {
    const chunk = Buffer.from(`nothing here\n${line}\n`);
    expect(rowsThatMatter(PACK, chunk)).toEqual([1]);
    expect(rowsOf(RULE_SET, chunk)).toEqual([1]);
  });

  it.each([
    ['a text that is printed in colours', 'Login \x1b[1mexp\x1b[22mired · Please run /login'],
    ['a text placed by cursor moves', 'Login\x1b[1Cexpired · Please\x1b[1Crun /login'],
    ['odd spaces', 'Login\u00a0expired · Please\u202frun\u3000/login'],
    ['invisible characters', 'Log\u200bin ex\u00adpir\ufeffed · Please run /lo\u2060gin'],
    ['control characters', 'Log\x00in expi\x7fred · Please r\x19un /log\x08in'],
    ['eight-bit control sequences', 'Log\u009b1min expired · Please run /login'],
    ['an overwritten line', 'Logging in …\rLogin expired · Please run /login\r'],
    [
      'letters that only case folding makes ASCII',
      '{"type":"result","is_error":true,"result":"to\u212aen ha\u017f expired"}',
    ],
    ['the same as escapes', '{"type":"result","is_error":true,"result":"to\\u212Aen ha\\u017f expired"}'],
    ['escaped letters', '{"type":"r\\u0065sult","is_\\u0065rror":true,"result":"tok\\u0065n has expired"}'],
    ['escaped colours', '{"type":"result","is_error":true,"result":"token \\u001b[1mhas\\u001b[0m expired"}'],
    ['escaped spaces', '{"type":"result","is_error":true,"result":"token\\u00a0has\\u2009expired"}'],
    ['escaped control characters', '{"type":"result","is_error":true,"result":"tok\\ben has exp\\fired"}'],
    ['escaped slashes', '{"type":"error","message":"No space left on device \\/ disk"}'],
  ])('looks through %s', (_, line) => {
    expect(rowsThatMatter(PACK, Buffer.from(line))).toEqual([0]);
    expect(rowsOf(RULE_SET, Buffer.from(`${line}\n`))).toEqual([0]);
  });

  it.each([
    ['prose about other things', 'I will read src/server.ts and then run the tests again.'],
    ['typographic quotes and dashes', '“It’s fine” — he said… • 100 % ✓'],
    ['another value under the key of a condition', '{"type":"user","is_error":false,"status":"allowed","error":null}'],
    ['a quoted event', '{"type":"user","content":"{\\"type\\":\\"system\\",\\"subtype\\":\\"api_retries\\"}"}'],
    ['escapes that hide nothing', '{"type":"user","content":"\\u2019 \\u0027 \\\\b \\\\u0041 \\n\\t\\r \\\\\\\\f"}'],
    ['another script', '日本語、のテキスト。'],
    ['a tab and CRLF', '\tindented\r'],
  ])('passes over %s', (_, line) => {
    expect(rowsOf(lookFor({ event: 'system/api_retry', where: { error: 'x' } }), Buffer.from(line))).toEqual([]);
  });

  it.each([
    [' +[\\^~]+', '    ^^^~', 'no ^^^'],
    ['(?:ab)+x{2}y+[z!]', 'ababxxyyz', 'ab ab x y z'],
    ['qz+(?:r|st)*wu+', 'qzzwuu', 'q-z w-u'],
  ])('finds the ends of what is repeated in %s', (line, hit, miss) => {
    const rules = lookFor({ line });
    const chunk = Buffer.from(`${miss}\n${hit}\n`);
    expect(rowsThatMatter(packOf([{ match: [{ line }] }]), chunk)).toEqual([1]);
    expect(rowsOf(rules, chunk)).toEqual([1]);
  });

  it('finds spaces around the colon of an error claim', () => {
    expect(rowsOf(RULE_SET, Buffer.from('{"type":"x", "finishReason" : "error"}'))).toEqual([0]);
  });

  it('lets every line through for a condition that has nothing to look for', () => {
    const rules = lookFor({ line: '\\d{3} .{1,5}' });
    const chunk = Buffer.from('a\n\nb c\n \t\n404 x\n');
    expect(rules.candidates(chunk)).toEqual(everyLine(chunk));
  });
});

describe('hostile bytes', () => {
  const hits = (count: number) => Buffer.from(`${HITS.join('\n')}\n`.repeat(count));
  const long = Buffer.from(HITS[0] as string);
  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['only line feeds', Buffer.alloc(5_000, '\n')],
    ['only NUL bytes', Buffer.alloc(70_000)],
    ['only DEL bytes', Buffer.alloc(100, 0x7f)],
    ['only candidates', hits(40)],
    ['candidates with CRLF', Buffer.from(hits(1).toString().replaceAll('\n', '\r\n'))],
    ['candidates without a last line feed', hits(1).subarray(0, -1)],
    ['NUL bytes between letters', Buffer.from('K\0i\0l\0l\0e\0d\0\n')],
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from([0xff, 0xc2, 0xe2, 0x80]), long, Buffer.from([0xe2, 0x80])]),
    ],
    [
      'a line over several blocks without a break',
      Buffer.concat([Buffer.alloc(150_000, 'x'), long, Buffer.alloc(150_000, 'y')]),
    ],
    ['many backslashes', Buffer.concat([Buffer.alloc(200_000, '\\'), Buffer.from('b\n')])],
    ['a key without a value at the end', Buffer.from('{"is_error"')],
    ['a key with an endless number', Buffer.from(`{"error_status":${'1'.repeat(100_000)}`)],
  ])('%s', (_, chunk) => {
    expect(saidByEngine(PACK, chunk)).toEqual(saidBySlowReference(PACK, chunk));
    const found = RULE_SET.candidates(chunk);
    expect(everyLine(chunk)).toEqual(expect.arrayContaining(found.slice(0, 50)));
  });
});

describe('lines of real programs', () => {
  const folder = new URL('../corpus/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
  const texts = files.flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n').flatMap(stringsOf));
  const distinct = [...new Set(texts)].filter((line) => line.length < 5_000);
  // The slow reference is slow: some of them, from all the files.
  const lines = distinct.filter((_, i) => i % Math.ceil(distinct.length / 150) === 0);

  it('the engine says what the slow reference says', () => {
    expect(lines.length).toBeGreaterThan(50);
    const chunk = Buffer.from(lines.join('\n'));
    expect(saidByEngine(PACK, chunk)).toEqual(saidBySlowReference(PACK, chunk));
  });
});

/** All texts in a JSON row, line by line: what programs printed is among them, wherever a corpus keeps it. */
function stringsOf(row: string): string[] {
  const texts: string[] = [];
  if (row !== '') JSON.parse(row, (_, value) => (typeof value === 'string' ? texts.push(...value.split('\n')) : value));
  return texts;
}
