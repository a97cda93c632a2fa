/** The JSON value in the bytes of a message or a line; `undefined` where they are none or not JSON. Never throws. */
export function parseJson(data: Uint8Array | undefined): unknown {
  if (data === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}
