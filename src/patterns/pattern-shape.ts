import type { PatternNode } from './parse-pattern.ts';

/** Stands in {@link plainForms} for a character that is not one certain character. */
export const GAP = '\u0000';
/** Stands in {@link plainForms} for as much as one likes, or nothing. */
export const REST = '\u0001';

const MAX_FORMS = 64;

/**
 * The shortest texts that a pattern is content with, one for each choice: `(?i)log(in|out).*now` → `login␁now`,
 * `logout␁now`. What may be left out is left out, what is repeated stands there once.
 *
 * @returns `undefined` when there are more than 64
 */
export function plainForms(node: PatternNode): readonly string[] | undefined {
  switch (node.kind) {
    case 'literal':
      return [node.text];
    case 'class':
      return [GAP];
    case 'anchor':
      return [''];
    case 'repeat':
      if (node.min > 0) return plainForms(node.node);
      return [node.max === 1 ? '' : REST];
    case 'choice': {
      const forms = node.nodes.map(plainForms);
      return forms.some((one) => one === undefined) ? undefined : limited(forms.flatMap((one) => one ?? []));
    }
    case 'sequence': {
      let forms: readonly string[] = [''];
      for (const part of node.nodes) {
        const ends = plainForms(part);
        if (!ends || forms.length * ends.length > MAX_FORMS) return undefined;
        forms = forms.flatMap((start) => ends.map((end) => start + end));
      }
      return forms;
    }
  }
}

function limited(forms: readonly string[]): readonly string[] | undefined {
  return forms.length > MAX_FORMS ? undefined : forms;
}

/** Whether every way to match a pattern begins (or ends) where the text does. */
export function isAnchored(node: PatternNode, at: 'start' | 'end'): boolean {
  switch (node.kind) {
    case 'anchor':
      return node.at === at;
    case 'choice':
      return node.nodes.every((one) => isAnchored(one, at));
    case 'sequence': {
      const edge = node.nodes.at(at === 'start' ? 0 : -1);
      return edge !== undefined && isAnchored(edge, at);
    }
    case 'repeat':
      return node.min > 0 && isAnchored(node.node, at);
    default:
      return false;
  }
}

/** RE2 instructions for a class: a character outside ASCII is up to four bytes of UTF-8, each with its ranges. */
const CLASS_COST = { narrow: 2, wide: 12, scripts: 400 } as const;

/**
 * About how many instructions RE2 compiles a pattern into: counted repetitions are written out copy by copy,
 * so `.{1,500}` is far dearer than `.*`.
 */
export function patternCost(node: PatternNode): number {
  switch (node.kind) {
    case 'literal':
      return Buffer.byteLength(node.text);
    case 'class':
      return CLASS_COST[node.width];
    case 'anchor':
      return 1;
    case 'repeat':
      return patternCost(node.node) * Math.max(1, Number.isFinite(node.max) ? node.max : node.min) + 1;
    case 'choice':
    case 'sequence':
      return node.nodes.reduce((sum, one) => sum + patternCost(one), node.nodes.length);
  }
}
