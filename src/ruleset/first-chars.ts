import type { PatternNode } from '../patterns/parse-pattern.ts';

/** The characters that a match can begin with. */
interface Beginning {
  /** `undefined` when it may be any. */
  readonly chars: ReadonlySet<string> | undefined;
  /** It matches nothing at all as well, so that what comes after it may be the beginning. */
  readonly canBeEmpty: boolean;
}

/** The characters that every match of a pattern begins with one of, in either case; `undefined` when it may be any. */
export function firstChars(node: PatternNode): ReadonlySet<string> | undefined {
  const { chars, canBeEmpty } = beginningOf(node);
  return canBeEmpty ? undefined : chars;
}

function beginningOf(node: PatternNode): Beginning {
  switch (node.kind) {
    case 'literal':
      return { chars: new Set(cases([...node.text][0] ?? '')), canBeEmpty: node.text === '' };
    case 'class':
      return { chars: node.chars && new Set(node.chars.flatMap(cases)), canBeEmpty: false };
    case 'anchor':
      return { chars: new Set(), canBeEmpty: true };
    case 'repeat': {
      const inner = beginningOf(node.node);
      return { chars: inner.chars, canBeEmpty: inner.canBeEmpty || node.min === 0 };
    }
    case 'choice': {
      const branches = node.nodes.map(beginningOf);
      return { chars: union(branches), canBeEmpty: branches.some(({ canBeEmpty }) => canBeEmpty) };
    }
    case 'sequence': {
      const parts = node.nodes.map(beginningOf);
      const last = parts.findIndex(({ canBeEmpty }) => !canBeEmpty);
      return { chars: union(last === -1 ? parts : parts.slice(0, last + 1)), canBeEmpty: last === -1 };
    }
  }
}

function cases(char: string): string[] {
  return [char, char.toLowerCase(), char.toUpperCase()];
}

function union(parts: readonly Beginning[]): ReadonlySet<string> | undefined {
  if (parts.some(({ chars }) => !chars)) return undefined;
  return new Set(parts.flatMap(({ chars }) => [...(chars ?? [])]));
}
