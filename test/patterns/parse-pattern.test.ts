import { describe, expect, test } from 'vitest';
import { type PatternNode, parsePattern } from '../../src/patterns/parse-pattern.ts';
import { compileSearch, compileWholeLine } from '../../src/patterns/pattern.ts';
import { GAP, isAnchored, patternCost, plainForms, REST } from '../../src/patterns/pattern-shape.ts';
import fc from '../support/fast-check.ts';

/** A tree as short text: `'lit'`, `.` wide, `:` narrow, `P` of scripts, `^ $ b`, `(a b)`, `(a|b)`, `node{min,max}`. */
function show(node: PatternNode): string {
  switch (node.kind) {
    case 'literal':
      return `${node.folded ? 'i' : ''}'${node.text}'`;
    case 'class':
      return { narrow: ':', wide: '.', scripts: 'P' }[node.width];
    case 'anchor':
      return { start: '^', end: '$', word: 'b' }[node.at];
    case 'repeat':
      return `${show(node.node)}{${node.min},${node.max === Number.POSITIVE_INFINITY ? '' : node.max}}`;
    case 'sequence':
      return `(${node.nodes.map(show).join(' ')})`;
    case 'choice':
      return `(${node.nodes.map(show).join('|')})`;
  }
}

describe('a pattern as a tree', () => {
  const cases: [string, string][] = [
    ['abc', "'abc'"],
    ['', '()'],
    ['a.c', "('a' . 'c')"],
    ['^a$', "(^ 'a' $)"],
    ['\\Aa\\z', "(^ 'a' $)"],
    ['\\b401\\b', "(b '401' b)"],
    ['ab*', "('a' 'b'{0,})"],
    ['ab+?', "('a' 'b'{1,})"],
    ['(ab)?', "'ab'{0,1}"],
    ['(?:ab){2,3}', "'ab'{2,3}"],
    ['a{2}b{3,}', "('a'{2,2} 'b'{3,})"],
    ['a{,3}b', "'a{,3}b'"],
    ['a|b|', "('a'|'b'|())"],
    ['x(a|b)y', "('x' ('a'|'b') 'y')"],
    ['(?P<n>a)(?<m>b)', "'ab'"],
    ['(?i)ab', "i'ab'"],
    ['a(?i)b', "('a' i'b')"],
    ['(?i)a|b', "(i'a'|i'b')"],
    ['((?i)a)b', "(i'a' 'b')"],
    ['(?i:a)b', "(i'a' 'b')"],
    ['(?i)a(?-i)b', "(i'a' 'b')"],
    ['(?s).', '.'],
    ['\\d\\w\\s\\S', '(: . : .)'],
    ['\\pLa', "(P 'a')"],
    ['\\p{Greek}a', "(P 'a')"],
    ['\\.\\(\\n\\x41\\x{263a}\\u0041', "'.(\nA☺A'"],
    ['\\Qa.b|c\\Ed', "'a.b|cd'"],
    ['[abc]', ':'],
    ['[^a]', '.'],
    ['[]a]b', "(: 'b')"],
    ['[a-z0-9]', ':'],
    ['[a-zA-Z]', '.'],
    ['[\\d]', ':'],
    ['[\\w]', '.'],
    ['[^\\pL]', 'P'],
    ['[[:digit:]]x', "(: 'x')"],
    ['[[:alpha:]]', '.'],
    ['[\\]x]y', "(: 'y')"],
    ['[a-]', ':'],
    ['·☺', "'·☺'"],
  ];
  test.each(cases)('%j is %s', (source, tree) => {
    expect(() => compileSearch(source)).not.toThrow();
    expect(show(parsePattern(source))).toBe(tree);
  });

  test('can be had of anything at all', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{2,3}',
      '{',
      '*',
      '?',
      '|',
      '\\',
      '\\x',
      '\\p{',
      '(?i)',
      'a',
      '-',
    );
    const source = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(source, (text) => {
        expect(parsePattern(text).kind).toBeTypeOf('string');
      }),
      { numRuns: 500 },
    );
  });
});

describe('plain forms', () => {
  const cases: [string, string[]][] = [
    ['abc', ['abc']],
    ['log(in|out)', ['login', 'logout']],
    ['a.*b', [`a${REST}b`]],
    ['a(x)?b', ['ab']],
    ['a(x)+b', ['axb']],
    ['4\\d\\d', [`4${GAP}${GAP}`]],
    ['^(a|b) (c|d)$', ['a c', 'a d', 'b c', 'b d']],
  ];
  test.each(cases)('of %j', (source, forms) => {
    expect(plainForms(parsePattern(source))).toEqual(forms);
  });

  test('are texts that the pattern holds on', () => {
    const { source } = fc.letrec<{ source: string; atom: string }>((tie) => ({
      source: fc
        .array(fc.tuple(tie('atom'), fc.constantFrom('', '', '?', '+', '*', '{0,3}', '{1,2}', '+?')), { maxLength: 4 })
        .map((parts) => parts.map(([atom, times]) => atom + times).join('')),
      atom: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom('a', 'b', '\\.', '·', '.', '[a-c]', '[^x]', '\\w', '\\x41', '\\Qa|\\E', '(?i:a)'),
        fc.array(tie('source'), { minLength: 1, maxLength: 3 }).map((all) => `(${all.join('|')})`),
        tie('source').map((inner) => `(?:${inner})`),
      ),
    }));
    let formsSeen = 0;
    fc.assert(
      fc.property(source, (text) => {
        // Repeated often and nested, RE2 may find it too large.
        fc.pre(text.length < 80);
        const pattern = compileWholeLine(text);
        for (const form of plainForms(parsePattern(text)) ?? []) {
          formsSeen++;
          expect(pattern.test(Buffer.from(form.replaceAll(GAP, 'a').replaceAll(REST, '')))).toBe('yes');
        }
      }),
      { numRuns: 500 },
    );
    expect(formsSeen).toBeGreaterThan(100);
  });

  test('are given up when there are too many', () => {
    expect(plainForms(parsePattern('(a|b)'.repeat(7)))).toBeUndefined();
    expect(plainForms(parsePattern(`(${'x|'.repeat(64)}y)`))).toBeUndefined();
  });
});

describe('anchors', () => {
  const cases: [string, boolean, boolean][] = [
    ['^a', true, false],
    ['a$', false, true],
    ['^a|^b', true, false],
    ['^a|b', false, false],
    ['(?i)^a$', true, true],
    ['(^a)b', true, false],
    ['(^)?a', false, false],
    ['\\^a\\$', false, false],
  ];
  test.each(cases)('of %j', (source, start, end) => {
    const tree = parsePattern(source);
    expect([isAnchored(tree, 'start'), isAnchored(tree, 'end')]).toEqual([start, end]);
  });
});

test('copies of wide classes cost far more than a star', () => {
  const cost = (source: string) => patternCost(parsePattern(source));
  expect(cost('.{1,500}')).toBeGreaterThan(100 * cost('.*'));
  expect(cost('(.{10}){10}')).toBeGreaterThan(cost('.{90}'));
  expect(cost('[0-9]{1,3}')).toBeLessThan(10);
});
