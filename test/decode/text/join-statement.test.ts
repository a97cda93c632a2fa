import { describe, expect, it } from 'vitest';
import { joinStatement } from '../../../src/decode/text/join-statement.ts';
import { spentMs } from '../../support/spent.ts';
import { shapesOf } from './shapes.ts';

const join = (text: string, at = 0) => {
  const shapes = shapesOf(text);
  return joinStatement(shapes, at, shapes[at]?.body ?? '');
};

describe('joinStatement', () => {
  it('takes a body until its brackets close', () => {
    expect(join('Error: {\n  "error": {\n    "message": "m"\n  }\n}\nnext')).toEqual({
      message: 'Error: { "error": { "message": "m" } }',
      glued: 'Error: { "error": { "message": "m" } }',
      last: 4,
    });
  });

  it('takes what follows a dangling colon, over one blank line', () => {
    expect(join('API request failed:\n\n{"error":"x"}').last).toBe(2);
  });

  it('takes a sentence that was wrapped at the width of the lines around', () => {
    const text = "Error: This model's maximum context length is 128000 tokens and your\nprompt has more than that.";
    expect(join(text).message).toContain('and your prompt has');
  });

  it('takes a capital word behind one that ends no sentence', () => {
    expect(join('Error: the agent reports that it was not able to connect to\nAPI (ConnectionRefused)').last).toBe(1);
    expect(join('Error: the agent reports that it was not able to connect\nAPI (ConnectionRefused)').last).toBe(0);
  });

  it('takes a word that only reads as a retry where the sentence goes on', () => {
    const text = "Error: Codex ran out of room in the model's context. Clear earlier history before\nretrying.";
    expect(join(text).last).toBe(1);
  });

  it("takes no client's own label for the second half of a word", () => {
    const row = 'Attempt 5 failed. Retrying... Error: getaddrinfo EAI_AGAIN api';
    expect(join(`${row}\n${row}\n[API Error: Connection error.]`, 1).last).toBe(1);
  });

  it('joins words that a hard wrap cut', () => {
    const line = `Error: {"error":{"message":"an assistant message with tool_calls must be`;
    const text = [line, `${'x'.repeat(line.length - 6)} requi`, 'red","type":"invalid"}}'].join('\n');
    expect(join(text).message).toContain('required');
  });

  it('glues rows that fill the width, where a wrap may have cut a word', () => {
    const text = 'Error: 401 {"error":{"message":"the OAuth access t\noken has been revoked."}}';
    expect(join(text).message).toContain('access t oken has');
    expect(join(text).glued).toContain('access token has');
    expect(join('Error: {\n  "message": "m"\n}').glued).toBe('Error: { "message": "m" }');
  });

  it('takes a last word or two', () => {
    expect(join('Error: prompt is too long: 205312 tokens > 200000\nmaximum').last).toBe(1);
  });

  it('takes indented details', () => {
    expect(join('Error: boom\n  because of that\nnext').last).toBe(1);
  });

  it.each([
    ['a stamp of its own', 'Error: boom and\n2026-11-03T10:00:00Z more'],
    ['a level of its own', 'Error: boom and\n[INFO] more'],
    ['a retry of its own', `Error: ${'x'.repeat(80)} and\nretrying in 2s`],
    ['a label of its own', `Error: ${'x'.repeat(80)} and\nerror: more`],
    ['words of success', 'healthcheck failed: connect ECONNREFUSED 127.0.0.1:3000\nhealthcheck passed'],
    ['the same beginning', `oauth token expired ${'x'.repeat(60)} and\noauth token renewed`],
    ['marks of a test', 'Error: boom\n    ✔ prints it (8ms)'],
  ])('never takes a line with %s', (_, text) => {
    expect(join(text).last).toBe(0);
  });

  it('is bounded in lines and characters', () => {
    const shapes = shapesOf(`{\n${'"a": "b",\n'.repeat(50_000)}`);
    let last = 0;
    const took = spentMs(() => {
      last = joinStatement(shapes, 0, '{').last;
    });
    expect(last).toBeLessThanOrEqual(80);
    expect(took).toBeLessThan(500);
  });
});

it("takes details that hang by arrows below a failure's mark", () => {
  expect(join('🚨 Run stopped\n  → no credits\n  → add some').message).toBe('Run stopped no credits add some');
  expect(join('Error: run stopped\n  → no credits').last).toBe(0);
  expect(join('🚨 Run stopped\n→ next').last).toBe(0);
});

it('takes rows that were wrapped in a frame by the width of the frame', () => {
  const box = '│  Error: you have exceeded your own current    │\n│  quota of requests. code: over_quota          │';
  const foot = 'An error occurred while the crew ran: the command returned a non-zero exit status, which is 1.';
  expect(join(`${box}\n╰────╯\n${foot}`)).toMatchObject({ last: 1 });
  expect(join(`${box.replaceAll('│', ' ').replace(/^ +/gm, '')}\n${foot}`).last).toBe(0);
});

it('takes a page of HTML down to its end', () => {
  const page = 'APIError: X - <html>\n<head><title>502 Bad Gateway</title></head>\n\n<body>\n</body>\n</html>';
  expect(join(`${page}\nGiving up.`).last).toBe(5);
  expect(join('APIError: X - <html>\n<head>\nI go on.').last).toBe(0);
});

it('leaves out what is typed at a shell behind it', () => {
  const failed =
    "dev@box:~/shop$ codex exec 'port the cart'\nError: no answer came from https://api.example.org/v1/responses";
  expect(join(`${failed}\ndev@box:~/shop$ again with the proxy`, 1).last).toBe(1);
});
