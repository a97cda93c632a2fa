import { expect, it } from 'vitest';
import { continueCli } from '../../../src/decode/runtimes/continue-cli.ts';

const FAILED = '{"status":"error","message":"401 expired"}';
const decode = (line: string) =>
  continueCli.decode({ stream: 'stderr', number: 0, raw: Buffer.from(line) }, 'structured');

it('its stdout is text, since it prints a model’s JSON unchanged', () => {
  expect(continueCli.formatOf('stdout', FAILED)).toBe('text');
  expect(continueCli.formatOf('stderr', FAILED)).toBe('structured');
});

it('says on stderr that it failed', () => {
  expect(decode(FAILED)).toMatchObject({
    name: 'status/error',
    provenance: 'runtime',
    claimsError: true,
    text: '401 expired',
  });
});

it.each(['{"status":"ok","message":"done"}', '{"status":"error"}'])('knows no event in %s', (line) => {
  expect(decode(line)).toMatchObject({ name: 'unparsed', provenance: 'unknown', typed: false });
});
