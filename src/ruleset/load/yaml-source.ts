import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { RuleSource, SourcePlace } from '../findings/rule-source.ts';

/** Finds places in a parsed YAML document. */
export function createYamlSource(file: string, document: Document.Parsed, lines: LineCounter): RuleSource {
  // A map may have thousands of keys, and each of them a finding.
  const indexes = new WeakMap<YAMLMap, ReadonlyMap<unknown, Pair>>();
  const pairOf = (map: YAMLMap, key: string | number): Pair | undefined => {
    let index = indexes.get(map);
    if (!index) {
      // The last of several with one key stays: that is the one that a reader of the value sees.
      index = new Map(map.items.map((pair) => [isScalar(pair.key) ? pair.key.value : pair.key, pair]));
      indexes.set(map, index);
    }
    return index.get(String(key));
  };
  return {
    file,
    locate(path, key) {
      let node: Node | undefined = document.contents ?? undefined;
      let pair: Pair | undefined;
      for (const step of path) {
        pair = isMap(node) ? pairOf(node, step) : undefined;
        const value = isSeq(node) ? node.items[Number(step)] : (pair?.value ?? pair?.key);
        if (!isNode(value)) break; // As far along the path as the document goes.
        node = value;
      }
      const place = key === 'key' && pair && isNode(pair.key) ? pair.key : node;
      return placeOf(lines, place?.range?.[0] ?? 0);
    },
  };
}

/** Line and column, from 1, of an offset into the text. */
export function placeOf(lines: LineCounter, offset: number): SourcePlace {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { line: 1, column: 1 } : { line, column: col };
}
