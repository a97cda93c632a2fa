/** A form in which files are packed that knell does not open, and the command that does. */
export interface Packing {
  readonly name: string;
  /** Writes the text inside to its standard output; the file's name goes behind it. */
  readonly opener: string;
}

/** How many bytes of a file tell it. */
export const PACKING_BYTES = 262;

/** By the bytes that such a file has at a place. */
const PACKINGS: readonly (Packing & { readonly at: number; readonly bytes: Buffer })[] = [
  { name: 'zstd', opener: 'zstd -dc', at: 0, bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
  { name: 'xz', opener: 'xz -dc', at: 0, bytes: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) },
  { name: 'bzip2', opener: 'bzip2 -dc', at: 4, bytes: Buffer.from('1AY&SY') },
  { name: 'lz4', opener: 'lz4 -dc', at: 0, bytes: Buffer.from([0x04, 0x22, 0x4d, 0x18]) },
  { name: 'zip', opener: 'unzip -p', at: 0, bytes: Buffer.from([0x50, 0x4b, 0x03, 0x04]) },
  { name: 'tar', opener: 'tar -xOf', at: 257, bytes: Buffer.from('ustar') },
];

/** How a file is packed, by its first bytes; undefined where it is in none of the forms. */
export function packedAs(head: Buffer): Packing | undefined {
  return PACKINGS.find(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(bytes));
}
