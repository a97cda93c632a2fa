import type { PatternNode } from '../../patterns/parse-pattern.ts';
import { foldAscii } from './needle.ts';

/** A set of texts of which every match contains at least one. */
export type OneOf = readonly string[];

/** Picks the best of some sets; `undefined` where none of them is of use. */
type Prefer = (sets: readonly OneOf[]) => OneOf | undefined;

/** What is known of the texts that a pattern matches. Case is left as the pattern has it, and means nothing. */
interface Knowledge {
  /** All texts that it matches, where they are few. */
  readonly exact?: OneOf | undefined;
  /** Each match begins with one of these. */
  readonly starts?: OneOf;
  /** Each match ends with one of these. */
  readonly ends?: OneOf;
  /** Each of these holds. */
  readonly needs: readonly OneOf[];
}

/** More choices than this are not multiplied out. */
const MAX_EXACT = 16;
/** Classes of more characters than this are no texts. */
const MAX_CLASS = 4;
/** Repetitions beyond this are not written out. */
const MAX_REPEAT = 16;
/** More texts than this are not looked for on behalf of one pattern. */
const MAX_CHOICES = 64;

const NOTHING: Knowledge = { needs: [] };

/**
 * What every match of a pattern contains: a list of sets of texts, one of each set at least.
 * Of sets for the branches of a choice, `prefer` picks the best; it gets sets that are not empty.
 *
 * The idea is RE2's own (re2/prefilter.h), simplified.
 */
export function requiredTexts(node: PatternNode, prefer: Prefer): OneOf[] {
  return allNeeds(know(node, prefer)).filter((set) => set.length <= MAX_CHOICES);
}

function know(node: PatternNode, prefer: Prefer): Knowledge {
  switch (node.kind) {
    case 'literal':
      return { exact: [node.text], needs: [] };
    case 'anchor':
      return { exact: [''], needs: [] };
    case 'class': {
      const chars = new Set(node.chars?.map(foldAscii));
      return chars.size > 0 && chars.size <= MAX_CLASS ? { exact: [...chars], needs: [] } : NOTHING;
    }
    case 'repeat':
      return knowRepeat(node, know(node.node, prefer));
    case 'choice':
      return knowChoice(
        node.nodes.map((branch) => know(branch, prefer)),
        prefer,
      );
    case 'sequence':
      return knowSequence(node.nodes, prefer);
  }
}

function knowRepeat({ min, max }: { readonly min: number; readonly max: number }, inner: Knowledge): Knowledge {
  if (min === 1 && max === 1) return inner;
  if (min === 0) {
    return max === 1 && inner.exact && inner.exact.length < MAX_EXACT
      ? { exact: ['', ...inner.exact], needs: [] }
      : NOTHING;
  }
  const only = inner.exact?.length === 1 ? (inner.exact[0] as string) : undefined;
  if (only !== undefined && min === max && min <= MAX_REPEAT) return { exact: [only.repeat(min)], needs: [] };
  const repeated = only === undefined ? inner.exact : [only.repeat(Math.min(min, MAX_REPEAT))];
  return { ...inner, ...(repeated && { exact: undefined, starts: repeated, ends: repeated, needs: [repeated] }) };
}

function knowChoice(branches: readonly Knowledge[], prefer: Prefer): Knowledge {
  const exact = branches.flatMap((branch) => branch.exact ?? []);
  if (branches.every((branch) => branch.exact) && exact.length <= MAX_EXACT) return { exact, needs: [] };
  const edge = (textsOf: (branch: Knowledge) => OneOf | undefined) => {
    const texts = branches.flatMap((branch) => branch.exact ?? textsOf(branch) ?? ['']);
    return texts.length <= MAX_EXACT ? texts : [''];
  };
  const best = branches.map((branch) => prefer(allNeeds(branch)));
  return {
    starts: edge(({ starts }) => starts),
    ends: edge(({ ends }) => ends),
    needs: best.includes(undefined) ? [] : [shortest(best.flatMap((set) => set ?? []))],
  };
}

function knowSequence(nodes: readonly PatternNode[], prefer: Prefer): Knowledge {
  const parts = nodes.map((node) => know(node, prefer));
  // `Error(: .*)?`, of which nothing is known behind `Error`, is `Error: .*` or `Error`.
  const at = nodes.findLastIndex((node, i) => isOption(node) && !parts[i]?.exact);
  if (at === -1) return joinParts(parts);
  const option = know((nodes[at] as PatternNode & { kind: 'repeat' }).node, prefer);
  const [before, after] = [parts.slice(0, at), parts.slice(at + 1)];
  return knowChoice([joinParts([...before, option, ...after]), joinParts([...before, ...after])], prefer);
}

/** Without those that contain another: who finds "limit reached" has found "usage limit reached". */
function shortest(texts: OneOf): OneOf {
  const distinct = [...new Set(texts)];
  return distinct.filter((text) => !distinct.some((other) => other !== text && text.includes(other)));
}

function isOption(node: PatternNode): boolean {
  return node.kind === 'repeat' && node.min === 0 && node.max === 1;
}

function joinParts(parts: readonly Knowledge[]): Knowledge {
  const needs: OneOf[] = [];
  let starts: OneOf | undefined;
  let run: OneOf = [''];
  for (const part of parts) {
    const product = part.exact && multiply(run, part.exact);
    if (product) {
      run = product;
      continue;
    }
    run = multiply(run, part.starts ?? ['']) ?? run;
    starts ??= run;
    needs.push(run, ...allNeeds(part));
    run = part.ends ?? part.exact ?? [''];
  }
  if (!starts) return { exact: run, needs: [] };
  return { starts, ends: run, needs: [...needs, run].filter((set) => !set.includes('')) };
}

function multiply(starts: OneOf, ends: OneOf): OneOf | undefined {
  if (starts.length * ends.length > MAX_EXACT) return undefined;
  return starts.flatMap((start) => ends.map((end) => start + end));
}

function allNeeds({ exact, needs }: Knowledge): readonly OneOf[] {
  return exact ? [exact] : needs;
}
