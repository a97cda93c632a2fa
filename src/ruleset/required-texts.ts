import { foldAscii } from './needle.ts';
import type { PatternNode } from './parse-pattern.ts';

/** A set of texts of which every match contains at least one. */
export type OneOf = readonly string[];

/** What is known of the texts that a pattern matches. Case is left as the pattern has it, and means nothing. */
interface Knowledge {
  /** All texts that it matches, where they are few. */
  readonly exact?: OneOf;
  /** Each match begins with one of these, and ends with one. */
  readonly edges?: OneOf;
  /** Each of these holds. */
  readonly needs: readonly OneOf[];
}

/** More choices than this are not multiplied out. */
const MAX_EXACT = 16;
/** Classes of more characters than this are no texts. */
const MAX_CLASS = 4;
/** More texts than this are not looked for on behalf of one pattern. */
const MAX_CHOICES = 64;

const NOTHING: Knowledge = { needs: [] };

/**
 * What every match of a pattern contains: a list of sets of texts, one of each set at least.
 * Of sets for the branches of a choice, `prefer` picks the best; it gets sets that are not empty.
 *
 * The idea is RE2's own (re2/prefilter.h), simplified.
 */
export function requiredTexts(node: PatternNode, prefer: (sets: readonly OneOf[]) => OneOf | undefined): OneOf[] {
  return allNeeds(know(node, prefer)).filter((set) => set.length <= MAX_CHOICES);
}

function know(node: PatternNode, prefer: (sets: readonly OneOf[]) => OneOf | undefined): Knowledge {
  switch (node.kind) {
    case 'literal':
      return { exact: [node.text], needs: [] };
    case 'anchor':
      return { exact: [''], needs: [] };
    case 'class': {
      const chars = new Set(node.chars?.map(foldAscii));
      return chars.size > 0 && chars.size <= MAX_CLASS ? { exact: [...chars], needs: [] } : NOTHING;
    }
    case 'repeat': {
      const inner = know(node.node, prefer);
      if (node.min === 1 && node.max === 1) return inner;
      if (node.min > 0) return { needs: allNeeds(inner), ...(inner.exact && { edges: inner.exact }) };
      return node.max === 1 && inner.exact && inner.exact.length < MAX_EXACT
        ? { exact: ['', ...inner.exact], needs: [] }
        : NOTHING;
    }
    case 'choice':
      return knowChoice(
        node.nodes.map((branch) => know(branch, prefer)),
        prefer,
      );
    case 'sequence':
      return knowSequence(node.nodes.map((part) => know(part, prefer)));
  }
}

function knowChoice(branches: readonly Knowledge[], prefer: (sets: readonly OneOf[]) => OneOf | undefined): Knowledge {
  const exact = branches.flatMap((branch) => branch.exact ?? []);
  if (branches.every((branch) => branch.exact) && exact.length <= MAX_EXACT) return { exact, needs: [] };
  const best = branches.map((branch) => prefer(allNeeds(branch)));
  return best.includes(undefined) ? NOTHING : { needs: [best.flatMap((set) => set ?? [])] };
}

function knowSequence(parts: readonly Knowledge[]): Knowledge {
  const needs: OneOf[] = [];
  let run: OneOf = [''];
  let isExact = true;
  for (const part of parts) {
    const product = part.exact && multiply(run, part.exact);
    if (product) {
      run = product;
      continue;
    }
    isExact = false;
    const { edges = [''] } = part;
    needs.push(multiply(run, edges) ?? run, ...allNeeds(part));
    run = edges;
  }
  return isExact ? { exact: run, needs: [] } : { needs: [...needs, run].filter((set) => !set.includes('')) };
}

function multiply(starts: OneOf, ends: OneOf): OneOf | undefined {
  if (starts.length * ends.length > MAX_EXACT) return undefined;
  return starts.flatMap((start) => ends.map((end) => start + end));
}

function allNeeds({ exact, needs }: Knowledge): readonly OneOf[] {
  return exact ? [exact] : needs;
}
