import { expect, it } from 'vitest';
import { createBracketScan } from '../../../src/decode/whole-log/bracket-scan.ts';

it('counts open brackets over lines, those in strings left out', () => {
  const scan = createBracketScan();
  expect(scan.add(Buffer.from('{"a": [1, "}'))).toBe(2);
  expect(scan.add(Buffer.from('\\" ] still a string"'))).toBe(2);
  expect(scan.add(Buffer.from(']'))).toBe(1);
  expect(scan.add(Buffer.from('}'))).toBe(0);
});
