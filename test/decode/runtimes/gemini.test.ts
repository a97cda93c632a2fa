import { expect, it } from 'vitest';
import { gemini } from '../../../src/decode/runtimes/gemini.ts';

const decode = (line: string) => gemini.decode({ stream: 'stdout', number: 0, raw: Buffer.from(line) }, 'structured');

it('a warning is not a failure', () => {
  const line = '{"type":"error","timestamp":"2026-01-01T00:00:00Z","severity":"warning","message":"Loop detected"}';
  expect(decode(line)).toMatchObject({ provenance: 'runtime', claimsError: false, text: 'Loop detected' });
});
