/** Whether one subject filter takes in everything that another one does. */
export function coversSubject(wide: string, narrow: string): boolean {
  const [wides, narrows] = [wide.split('.'), narrow.split('.')];
  for (const [index, token] of wides.entries()) {
    if (token === '>') return true;
    if (token !== '*' && token !== narrows[index]) return false;
    if (token === '*' && narrows[index] === '>') return false;
  }
  return wides.length === narrows.length;
}
