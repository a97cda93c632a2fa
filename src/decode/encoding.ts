/** What bytes look like, by the first of them. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'binary';

/** How many bytes are looked at. */
const SAMPLE_BYTES = 4 * 1024;
/** Fewer bytes than this tell nothing. */
const LEAST_BYTES = 8;

/**
 * UTF-16 by its byte order mark, or by zeros in every other place; `binary` where much of it is neither text nor what
 * terminals are sent. Anything else counts as UTF-8: a program may print a stray byte.
 */
export function encodingOf(bytes: Buffer): Encoding {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  if (sample.length < LEAST_BYTES) return 'utf-8';
  const zeros = [0, 0];
  let strange = 0;
  for (let at = 0; at < sample.length; at += 1) {
    const byte = sample[at] as number;
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] as number) + 1;
    if (isControl(byte)) strange += 1;
  }
  const [even, odd] = zeros as [number, number];
  const half = sample.length / 2;
  if (odd > half * 0.7 && even < half * 0.1) return 'utf-16le';
  if (even > half * 0.7 && odd < half * 0.1) return 'utf-16be';
  const replaced = sample.toString('utf8').split('\ufffd').length - 1;
  return strange + replaced > sample.length * 0.15 ? 'binary' : 'utf-8';
}

/** A control character that neither text nor a terminal's sequences contain. */
function isControl(byte: number): boolean {
  return byte < 0x20 && byte !== 0x1b && (byte < 0x07 || byte > 0x0d);
}

/** For people. */
export function encodingName(encoding: Encoding): string {
  return encoding === 'binary' ? 'bytes that are no text' : encoding.toUpperCase();
}
