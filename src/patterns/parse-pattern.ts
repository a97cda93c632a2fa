import { memoize } from './memoize.ts';
/** `narrow`: some ASCII characters · `wide`: nearly all, as `.` or `[^"]` · `scripts`: many ranges, as `\pL`. */
export type ClassWidth = 'narrow' | 'wide' | 'scripts';

/** A pattern as a tree. What RE2 accepts beyond this (flags other than `i`, lazy repetition) makes no difference here. */
export type PatternNode =
  | { readonly kind: 'literal'; readonly text: string; readonly folded: boolean }
  /** One character out of several; `chars` has them all where they are some of ASCII, or few. */
  | { readonly kind: 'class'; readonly width: ClassWidth; readonly chars?: readonly string[] }
  | { readonly kind: 'anchor'; readonly at: 'start' | 'end' | 'word' }
  | { readonly kind: 'repeat'; readonly node: PatternNode; readonly min: number; readonly max: number }
  | { readonly kind: 'sequence'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly nodes: readonly PatternNode[] };

/**
 * Parses a pattern that RE2 has compiled already (https://github.com/google/re2/wiki/Syntax).
 * For one that RE2 refuses, the tree means nothing, but nothing is thrown.
 */
export function parsePattern(source: string): PatternNode {
  return treeOf(source);
}

const treeOf = memoize(8_192, (source) => new PatternParser([...unquote(source)]).choice(false));

/** Writes `\Qa.b\E` as `a\.b`: the same, and a quantifier after it takes only the last character. */
function unquote(source: string): string {
  return source.replaceAll(/\\(?:Q([\s\S]*?)(?:\\E|$)|[\s\S])/g, (whole, quoted: string | undefined) =>
    quoted === undefined ? whole : quoted.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&'),
  );
}

const CLASS_ESCAPES = 'dDsSwWpPC';
const WIDTHS: readonly ClassWidth[] = ['narrow', 'wide', 'scripts'];
const ANCHOR_ESCAPES: Readonly<Record<string, 'start' | 'end' | 'word'>> = {
  A: 'start',
  z: 'end',
  b: 'word',
  B: 'word',
};
const CONTROL_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' };
const HEX_ESCAPES: Readonly<Record<string, RegExp>> = {
  x: /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/,
  u: /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{4}))/,
};
const DIGITS = [...'0123456789'];
/** What the escapes of classes stand for that stay within ASCII, as RE2 has them. */
const ESCAPED_CHARS: Readonly<Record<string, readonly string[]>> = {
  d: DIGITS,
  w: [...DIGITS, ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_'],
  s: ['\t', '\n', '\f', '\r', ' '],
};
/** A class with more characters than this counts as wide: all letters of one case are narrow, all word characters not. */
const NARROW_MAX = 40;

class PatternParser {
  private readonly chars: readonly string[];
  private at = 0;

  constructor(chars: readonly string[]) {
    this.chars = chars;
  }

  choice(folded: boolean): PatternNode {
    const nodes: PatternNode[] = [];
    const state = { folded };
    do nodes.push(this.sequence(state));
    while (this.take('|'));
    return nodes.length === 1 ? (nodes[0] as PatternNode) : { kind: 'choice', nodes };
  }

  /** A flag group such as `(?i)` holds to the end of the enclosing group, over `|` too: hence the shared state. */
  private sequence(state: { folded: boolean }): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.at < this.chars.length && this.peek() !== '|' && this.peek() !== ')') {
      const atom = this.atom(state);
      if (atom) nodes.push(this.quantified(atom));
    }
    const joined = joinLiterals(nodes);
    return joined.length === 1 ? (joined[0] as PatternNode) : { kind: 'sequence', nodes: joined };
  }

  private quantified(node: PatternNode): PatternNode {
    const bounds = this.quantifier();
    if (!bounds) return node;
    this.take('?');
    return this.quantified({ kind: 'repeat', node, ...bounds });
  }

  private quantifier(): { min: number; max: number } | undefined {
    if (this.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.take('?')) return { min: 0, max: 1 };
    if (this.peek() !== '{') return undefined;
    const counted = /^\{([0-9]+)(?:(,)([0-9]*))?\}/.exec(this.chars.slice(this.at, this.at + 16).join(''));
    if (!counted) return undefined;
    this.at += counted[0].length;
    const min = Number(counted[1]);
    return { min, max: !counted[2] ? min : counted[3] ? Number(counted[3]) : Number.POSITIVE_INFINITY };
  }

  private atom(state: { folded: boolean }): PatternNode | undefined {
    const char = this.next();
    const literal = (text: string): PatternNode => ({ kind: 'literal', text, folded: state.folded });
    switch (char) {
      case '(':
        return this.group(state);
      case '[':
        return this.bracket();
      case '.':
        return { kind: 'class', width: 'wide' };
      case '^':
        return { kind: 'anchor', at: 'start' };
      case '$':
        return { kind: 'anchor', at: 'end' };
      case '\\':
        return this.escape(literal);
      default:
        return literal(char);
    }
  }

  private group(state: { folded: boolean }): PatternNode | undefined {
    let folded = state.folded;
    if (this.take('?') && !this.named()) {
      let on = true;
      while (this.at < this.chars.length) {
        const flag = this.next();
        if (flag === ':') break;
        if (flag === ')') {
          state.folded = folded;
          return undefined;
        }
        if (flag === '-') on = false;
        else if (flag === 'i') folded = on;
      }
    }
    const node = this.choice(folded);
    this.take(')');
    return node;
  }

  /** Steps over `P<name>` or `<name>`. */
  private named(): boolean {
    const name = /^P?<[^>]*>/.exec(this.chars.slice(this.at).join(''));
    this.at += name ? [...name[0]].length : 0;
    return name !== null;
  }

  private escape(literal: (text: string) => PatternNode): PatternNode {
    const char = this.next();
    const anchor = ANCHOR_ESCAPES[char];
    if (anchor) return { kind: 'anchor', at: anchor };
    if (char === 'p' || char === 'P') this.propertyName();
    if (char !== '' && CLASS_ESCAPES.includes(char)) {
      const chars = ESCAPED_CHARS[char];
      return { kind: 'class', width: widthOf(char), ...(chars && { chars }) };
    }
    return literal(this.escaped(char));
  }

  /** The character that an escape other than a class stands for. */
  private escaped(char: string): string {
    const code = HEX_ESCAPES[char]?.exec(this.chars.slice(this.at, this.at + 12).join(''));
    if (!code) return CONTROL_ESCAPES[char] ?? char;
    this.at += code[0].length;
    return String.fromCodePoint(Math.min(Number.parseInt(code[1] ?? code[2] ?? '0', 16), 0x10ffff));
  }

  private propertyName(): void {
    if (this.next() !== '{') return;
    while (this.at < this.chars.length && this.next() !== '}');
  }

  private bracket(): PatternNode {
    let width: ClassWidth = this.take('^') ? 'wide' : 'narrow';
    let chars: readonly string[] | undefined = width === 'wide' ? undefined : [];
    let count = 0;
    for (let first = true; this.at < this.chars.length && (first || this.peek() !== ']'); first = false) {
      const { char, chars: several, width: inner } = this.classItem();
      width = widest(width, inner);
      let added = char === undefined ? several : [char];
      if (char !== undefined && this.peek() === '-' && this.chars[this.at + 1] !== ']') {
        this.at++;
        const { char: high = char } = this.classItem();
        added = charsBetween(char, high);
        count += (high.codePointAt(0) ?? 0) - (char.codePointAt(0) ?? 0);
      }
      chars = chars && added && [...chars, ...added];
      count++;
    }
    this.take(']');
    return { kind: 'class', width: count > NARROW_MAX ? widest(width, 'wide') : width, ...(chars && { chars }) };
  }

  /** A character of a class, or a class within it such as `\d` or `[:alpha:]`. */
  private classItem(): { readonly char?: string; readonly chars?: readonly string[]; readonly width: ClassWidth } {
    const char = this.next();
    if (char === '[' && this.peek() === ':') {
      const name: string[] = [];
      while (this.at < this.chars.length && this.peek() !== ']') name.push(this.next());
      this.at++;
      return { width: /^:(x?digit|blank|space|lower|upper|cntrl):$/.test(name.join('')) ? 'narrow' : 'wide' };
    }
    if (char !== '\\') return { char, width: 'narrow' };
    const escaped = this.next();
    if (escaped === 'p' || escaped === 'P') this.propertyName();
    if (escaped === '' || !CLASS_ESCAPES.includes(escaped)) return { char: this.escaped(escaped), width: 'narrow' };
    const chars = ESCAPED_CHARS[escaped];
    return { width: widthOf(escaped), ...(chars && { chars }) };
  }

  private peek(): string {
    return this.chars[this.at] ?? '';
  }

  private next(): string {
    return this.chars[this.at++] ?? '';
  }

  private take(char: string): boolean {
    if (this.peek() !== char) return false;
    this.at++;
    return true;
  }
}

/** How wide the class of an escape such as `\d` is. */
function widthOf(letter: string): ClassWidth {
  if (letter === 'p' || letter === 'P') return 'scripts';
  return letter === 'd' || letter === 's' ? 'narrow' : 'wide';
}

function widest(one: ClassWidth, other: ClassWidth): ClassWidth {
  return WIDTHS.indexOf(one) > WIDTHS.indexOf(other) ? one : other;
}

/** All characters from one to another; `undefined` where that goes beyond ASCII. */
function charsBetween(low: string, high: string): readonly string[] | undefined {
  const [from = 0, to = 0] = [low.codePointAt(0), high.codePointAt(0)];
  return to < 0x80 ? Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i)) : undefined;
}

function joinLiterals(nodes: readonly PatternNode[]): PatternNode[] {
  const joined: PatternNode[] = [];
  for (let at = 0; at < nodes.length; ) {
    const node = nodes[at] as PatternNode;
    at += 1;
    if (node.kind !== 'literal') {
      joined.push(node);
      continue;
    }
    let { text } = node;
    for (let next = nodes[at]; next?.kind === 'literal' && next.folded === node.folded; next = nodes[at]) {
      text += next.text;
      at += 1;
    }
    joined.push({ kind: 'literal', text, folded: node.folded });
  }
  return joined;
}
