// Writes bytes that only depend on the arguments, to both streams at once: SEED, then the number of bytes for each.
// Lines of all lengths, some very long, some not UTF-8, no line break at the end.
const [seed = '1', length = '1000'] = process.argv.slice(2);

for (const [stream, offset] of [
  [process.stdout, 0],
  [process.stderr, 77],
]) {
  const bytes = Buffer.alloc(Number(length));
  let state = Number(seed) + offset;
  for (let at = 0; at < bytes.length; at++) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    bytes[at] = state >> 16;
    // Long stretches without a line break, so that some lines are long.
    if (bytes[at] === 0x0a && (at >> 18) % 2 === 1) bytes[at] = 0x20;
  }
  bytes[bytes.length - 1] = 0x21;
  stream.write(bytes);
}
