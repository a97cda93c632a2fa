import {
  type ArrayValue,
  type Assignment,
  type Function as FunctionNode,
  forEachChild,
  type SyntaxNode,
  type Word,
} from 'unbash';

/** What a shell's text defines anywhere. */
export interface Definitions {
  /** All bodies that a name has. */
  readonly functions: Map<string, FunctionNode['body'][]>;
  /** What a variable is set to; `many` where it is set more than once, or to something that is not written there. */
  readonly variables: Map<string, Word | ArrayValue | 'many'>;
}

/** Commands whose words are names of variables that they set. */
const SETTERS = new Set(['read', 'mapfile', 'readarray', 'getopts', 'unset', 'printf', 'let']);

/** Adds what a text defines, in whatever order it is run, without what its substitutions define for themselves. */
export function collectDefinitions(node: SyntaxNode, into: Definitions): void {
  if (node.type === 'Function') {
    const name = node.name.value;
    into.functions.set(name, [...(into.functions.get(name) ?? []), node.body]);
  }
  if (node.type === 'Assignment') set(into, node);
  if (node.type === 'For' || node.type === 'Select') into.variables.set(node.name.value, 'many');
  if (node.type === 'ParameterExpansion' && node.operation?.type === 'Default' && node.operation.operator.includes('='))
    into.variables.set(node.parameter, 'many');
  if (node.type === 'ArithmeticWord' || node.type === 'ArithmeticBinary' || node.type === 'ArithmeticUnary') return;
  if (node.type === 'Command' && SETTERS.has(node.name?.value ?? ''))
    for (const word of node.suffix) if (word.type === 'Word') into.variables.set(word.value, 'many');
  forEachChild(node, (child) => collectDefinitions(child, into));
}

function set({ variables }: Definitions, { name, value, append, index }: Assignment): void {
  const isOnly = !variables.has(name) && append !== true && index === undefined;
  variables.set(name, isOnly ? value : 'many');
}
