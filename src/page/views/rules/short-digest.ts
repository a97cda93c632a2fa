/** The beginning of a digest, as people compare it; a dash where there is none. */
export function short(digest: string | undefined): string {
  return digest?.slice(0, 12) ?? '–';
}
