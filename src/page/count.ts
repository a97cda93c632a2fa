/** A count with its thousands apart: `10,037`. Pure. */
export function countOf(n: number): string {
  return n.toLocaleString('en');
}
