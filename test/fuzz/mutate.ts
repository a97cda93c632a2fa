/** What stands in the inputs that are read, so that it need not be found by chance. */
const WORDS = [
  '{"',
  '"}',
  '[[',
  ']',
  '\\n',
  '\\u00e9',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '\u001b[31m',
  '\ufeff',
  '```',
  ': ',
  '  ',
  '%2e%2e',
  '%00',
  '?limit=',
  '"error":',
  '"type":"error"',
  '"result"',
  '"is_error":true',
  '"message":',
  '"log":"',
  '"time":"',
  '"stream":"stderr"',
  '401',
  '429',
  '1e308',
  '-1',
  '99999999999999999999',
  '2026-11-28T00:00:00Z',
  ' F ',
  ' P ',
  'Error: ',
  'API Error: 401 ',
  'retrying in 5s (attempt 1/10)',
  'exit code 1',
  'resets at 3pm',
  'Traceback (most recent call last):',
  '&a ',
  '*a',
  '!!js ',
  '- ',
  '(?i)',
  '{1,1000}',
];

/**
 * Another input, made of one or two that there are: bytes changed, left out, doubled, words put in, parts of another.
 *
 * @param random numbers from 0 to below 1
 * @param maxBytes no longer than this
 */
export function mutate(bytes: Buffer, other: Buffer, random: () => number, maxBytes: number): Buffer {
  const upTo = (count: number): number => Math.floor(random() * count);
  let result = Buffer.from(bytes);
  for (let times = 1 + upTo(4); times > 0; times -= 1) {
    const at = upTo(result.length + 1);
    const put = (more: Buffer, over = 0) => Buffer.concat([result.subarray(0, at), more, result.subarray(at + over)]);
    const end = at + upTo(result.length - at + 1);
    switch (upTo(7)) {
      case 0:
        result = put(Buffer.from([upTo(256)]), 1);
        break;
      case 1:
        result = put(Buffer.from([(result[at] ?? 0) ^ (1 << upTo(8))]), 1);
        break;
      case 2:
        result = put(Buffer.alloc(0), Math.min(end - at, 1 + upTo(16)));
        break;
      case 3:
        result = put(Buffer.from(WORDS[upTo(WORDS.length)] as string));
        break;
      case 4:
        result = put(result.subarray(at, end));
        break;
      case 5: {
        const from = upTo(other.length + 1);
        result = put(other.subarray(from, from + upTo(other.length - from + 1)), upTo(2) * (end - at));
        break;
      }
      default:
        result = put(Buffer.from([upTo(95) + 32]));
    }
  }
  return result.subarray(0, maxBytes);
}
