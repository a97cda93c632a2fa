import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { Finding } from '../findings/finding.ts';
import { quote } from '../quote.ts';
import { placeOf } from './yaml-source.ts';

const LEFT_OUT = new Set(['file-empty', 'yaml-alias', 'yaml-too-long']);
const MAX_FINDINGS = 100;
/** As many rules as a pack may have; nothing else comes near. */
const MAX_ENTRIES = 10_000;

/**
 * Turns a composed document into plain data, and refuses what rule files have no use for:
 * anchors and aliases, duplicate keys, and keys that JavaScript gives a meaning of its own.
 */
export function inspectYaml(
  file: string,
  document: Document.Parsed,
  lines: LineCounter,
): { value?: unknown; findings: Finding[] } {
  const findings: Finding[] = [];
  const report = (node: Node | null | undefined, code: string, message: string, hint: string) => {
    if (findings.length >= MAX_FINDINGS) return;
    findings.push({ code, level: 'error', file, ...placeOf(lines, node?.range?.[0] ?? 0), message, hint });
  };

  const convert = (node: Node | null): unknown => {
    if (node === null) return null;
    if (isAlias(node)) {
      report(node, 'yaml-alias', `The alias *${quote(node.source)} is not allowed.`, 'Write the value out.');
      return null;
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) {
      const message = `The anchor &${quote(node.anchor)} is not allowed.`;
      report(node, 'yaml-anchor', message, 'Remove it, and write values out where they are used.');
    }
    if ((isSeq(node) || isMap(node)) && node.items.length > MAX_ENTRIES) {
      const message = `The ${isSeq(node) ? 'list' : 'map'} has more than ${MAX_ENTRIES} entries.`;
      report(node, 'yaml-too-long', message, 'Split it up.');
      return null;
    }
    if (isSeq(node)) return node.items.map((item) => convert((isPair(item) ? item.value : item) as Node | null));
    if (isMap(node)) return convertMap(node.items);
    return isScalar(node) ? node.value : null;
  };

  const convertMap = (items: readonly unknown[]): Record<string, unknown> => {
    const values = new Map<string, unknown>();
    for (const pair of items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const key = String(pair.key.value);
      if (key === '__proto__') {
        report(pair.key, 'yaml-key-refused', 'The key `__proto__` is not allowed.', 'Use another name.');
        continue;
      }
      if (pair.key.anchor !== undefined) {
        report(pair.key, 'yaml-anchor', `The anchor &${quote(pair.key.anchor)} is not allowed.`, 'Remove it.');
      }
      if (values.has(key)) {
        const message = `The key ${quote(key)} appears twice.`;
        report(pair.key, 'yaml-duplicate-key', message, 'Keep one of them; only the last would count.');
      }
      values.set(key, convert(pair.value as Node | null));
    }
    return Object.fromEntries(values);
  };

  const value = convert(document.contents);
  if (value === null && findings.length === 0) {
    report(null, 'file-empty', 'The file is empty.', 'Start with `schema:`, `pack:`, `version:` and `runtime:`.');
  }
  // With something left out, what follows would complain about a value that is not in the file.
  return findings.some(({ code }) => LEFT_OUT.has(code)) ? { findings } : { value, findings };
}
