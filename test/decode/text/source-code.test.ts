import { expect, test } from 'vitest';
import { rawKind } from '../../../src/decode/text/raw-kind.ts';
import { isCode } from '../../../src/decode/text/source-code.ts';
import { statementIn } from '../../../src/decode/text/statement-line.ts';
import { shapesOf } from './shapes.ts';

test.each([
  'function chainOf(error: unknown): Cause[] {',
  'export const fatal = new Error("quota exceeded: insufficient credits");',
  'catch (error: unknown) { fail("rate limit exceeded: 429") }',
  '} catch (error) {',
  'throw new ApiError("401 Unauthorized: token expired");',
  'return res.status(429).json({ error: "rate limit exceeded" });',
  'raise ValueError("quota exceeded")',
  'def on_error(error: RateLimitError) -> None:',
  'except openai.RateLimitError as error:',
  'if err != nil { return fmt.Errorf("token expired: %w", err) }',
  'pub fn failed(error: Failure) -> Result<(), Error> {',
  'error: z.literal(401),',
  "error: 'invalid_api_key',",
  'claimsError: event?.claimsError ?? false,',
  'this.fail("connection refused: 502");',
])('a line of code states nothing: %s', (line) => {
  expect(isCode(line)).toBe(true);
  expect(statementIn(shapesOf(`  ${line}`)[0] as never)).toBeUndefined();
  expect(['mute', 'open']).toContain(rawKind(`  ${line}`, true, true));
});

test.each([
  'Error: request failed (status 401),',
  'Error: 401 {',
  'error: connection refused',
  'error: the token has expired,',
  'type error: expected "," or ";"',
  'if the token has expired, log in again:',
  'RateLimitError: 429 {"error":{"message":"slow down"}}',
  'openai.AuthenticationError: Error code: 401 - {"error": {"code": "invalid_api_key"}}',
  '{"error":{"type":"authentication_error"}}',
  'panic: runtime error: index out of range [3] with length 3',
  "thread 'main' panicked at src/main.rs:9:5:",
  'import of the configuration failed: no such file;',
  'class not found: AgentRunner;',
])('what a program says of its failure is none: %s', (line) => {
  expect(isCode(line)).toBe(false);
});

test('behind a time, a level or a mark stand no sources', () => {
  expect(statementIn(shapesOf('12:00:00 ERROR this.fail("connection refused: 502");')[0] as never)).toBeDefined();
});
