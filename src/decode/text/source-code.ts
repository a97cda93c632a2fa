import { askedOnce } from './by-shape.ts';
import type { LineShape } from './line-shape.ts';

const MODIFIERS =
  '(?:export |default |public |private |protected |internal |static |readonly |final |override |abstract |async )*';
/** How lines of code begin that are no sentences, with what stands behind the word. */
const STATEMENT = new RegExp(
  `^(?:${[
    // JavaScript and TypeScript, Java, C#, Kotlin, Swift, PHP.
    `${MODIFIERS}(?:const|let|var|val) [\\w$,{}[\\] ]+[=:]`,
    `${MODIFIERS}function\\*? ?[\\w$]*[(<]`,
    `${MODIFIERS}(?:class|interface|enum|type) [\\w$<>, .]+[={(]`,
    'import (?:type )?(?:[\\w$*{].* from ["\'].*|[\\w.*]+|[{(]);?$',
    'export [*{]',
    '(?:if|while|for|foreach|switch|catch|else if) ?\\(.*[{;})]$',
    '\\} ?(?:else|catch|finally)\\b',
    '(?:throw|return|await|yield|raise) (?:new )?[\\w$.]+\\(',
    'return .*;$',
    // Python.
    '(?:async )?def \\w+\\(',
    '(?:except|elif) [^:]*:$',
    'for \\w[\\w, ]* in .*:$',
    '(?:async )?with .* as \\w+:$',
    // Go and Rust.
    '(?:pub(?:\\(\\w+\\))? )?(?:func|fn|impl|struct|trait|mod) .*[{;(]$',
    '(?:if|for|switch|match|return) .*[{}]$',
    // An assignment that goes on, or that a semicolon ends.
    '[\\w$.[\\]]+ (?::|\\+)?= .*[;({[]$',
  ].join('|')})`,
);
/** A property of an object, its name without quotes, and a value that is one expression: a string, a call, a name in another. */
const PROPERTY =
  /^[a-z][\w$]*: (?:'[^']*'|"[^"]*"|`[^`]*`|[\w$]+(?:\??\.[\w$]+)+|[\w$.]+\(.*\).*|\([^)]*\) =>.*|.* \?\? .*),$/;
/** A call or a chain of calls that a semicolon or another argument ends. */
const CALL = /^[\w$.]+\(.*\)(?:\.\w+\(.*\))*[;,]$/;

/**
 * Whether a line is one of a program's source: it states nothing, whatever it says of errors. Of those of which this is
 * true some are not found; a sentence, a label with its message and a body of JSON never are. Pure.
 *
 * @param body the line's words, without stamps, levels and the white space around
 */
export function isCode(body: string): boolean {
  if (!/[;{}(),:=]$/.test(body)) return false;
  return STATEMENT.test(body) || PROPERTY.test(body) || CALL.test(body);
}

/** The same of a line, once. */
export const isSourceCode = askedOnce(
  ({ body, level, glyph, stamped }: LineShape) =>
    level === undefined && glyph === undefined && !stamped && isCode(body),
);
