import type { CarriedLine, Carrier } from '../../../src/decode/carriers/carrier.ts';

/** A carrier's lines with their bytes as text. */
export function opened(
  carrier: Carrier,
  stored: string,
): readonly (Omit<CarriedLine, 'raw'> & { text: string })[] | undefined {
  return carrier.open(Buffer.from(stored))?.map(({ raw, ...rest }) => ({ text: raw.toString(), ...rest }));
}

/** The time that the carriers' tests write, to the second. */
export const AT = '2026-01-29T16:29:20Z';
export const AT_MS = Date.UTC(2026, 0, 29, 16, 29, 20);
