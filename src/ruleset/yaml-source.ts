import { type Document, isMap, isNode, isPair, isScalar, isSeq, type LineCounter, type Node, type Pair } from 'yaml';
import type { RuleSource, SourcePath } from './rule-source.ts';

/** Finds places in a parsed YAML document. */
export function createYamlSource(file: string, document: Document.Parsed, lines: LineCounter): RuleSource {
  return {
    file,
    locate(path, key) {
      const { node, pair } = walk(document.contents, path);
      const keyNode = pair && isNode(pair.key) ? pair.key : undefined;
      const place = (key === 'key' && keyNode) || node;
      return placeOf(lines, place?.range?.[0] ?? 0);
    },
  };
}

/** Line and column, from 1, of an offset into the text. */
export function placeOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { line: 1, column: 1 } : { line, column: col };
}

/** As far along the path as the document goes. */
function walk(root: Node | null, path: SourcePath): { node: Node | undefined; pair: Pair | undefined } {
  let node = root ?? undefined;
  let pair: Pair | undefined;
  for (const step of path) {
    const next = isSeq(node) ? node.items[Number(step)] : isMap(node) ? pairOf(node.items, step) : undefined;
    if (next === undefined) {
      pair = undefined; // The place asked for isn't there, so neither is its key.
      break;
    }
    pair = isPair(next) ? next : undefined;
    const value = isPair(next) ? (next.value ?? next.key) : next;
    if (!isNode(value)) break;
    node = value;
  }
  return { node, pair };
}

function pairOf(items: readonly Pair[], key: string | number): Pair | undefined {
  // The last of several with one key: that is the one that a reader of the value sees.
  return items.findLast((item) => (isScalar(item.key) ? item.key.value : item.key) === String(key));
}
