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
  /** Names of functions that are defined on a condition, or taken back. */
  readonly maybe: Set<string>;
  /** What a variable is set to; `many` where it is set more than once, or to something that is not written there. */
  readonly variables: Map<string, Word | ArrayValue | 'many'>;
  /** Variables that are set on a condition: they may be what they were. */
  readonly maybeSet: Set<string>;
  /** What is added to an array behind its first value. */
  readonly appended: Map<string, ArrayValue[]>;
  /** Names of functions that other shells are given: `export -f`. */
  readonly exported: Set<string>;
  /** Variables are set whose names are not written there: `export $(cat .env)`. */
  isDynamic: boolean;
}

export const noDefinitions = (): Definitions => ({
  functions: new Map(),
  maybe: new Set(),
  variables: new Map(),
  maybeSet: new Set(),
  appended: new Map(),
  exported: new Set(),
  isDynamic: false,
});

/** Commands whose words are names of variables that they set. */
const SETTERS = new Set(['read', 'mapfile', 'readarray', 'getopts', 'unset', 'let']);
const DECLARES = new Set(['export', 'declare', 'local', 'typeset', 'readonly']);
const CONDITIONS = new Set(['If', 'While', 'For', 'ArithmeticFor', 'Select', 'Case', 'AndOr', 'Function', 'Subshell']);

/** Of these a function's own variables are no condition. */
const SETS_MAYBE = new Set([...CONDITIONS].filter((type) => type !== 'Function'));

/** Adds what a text defines, in whatever order it is run, without what its substitutions define for themselves. */
export function collectDefinitions(
  node: SyntaxNode,
  into: Definitions,
  isConditional = false,
  isMaybeSet = false,
): void {
  if (node.type === 'Function') {
    const name = node.name.value;
    into.functions.set(name, [...(into.functions.get(name) ?? []), node.body]);
    if (isConditional) into.maybe.add(name);
  }
  if (node.type === 'Assignment') {
    set(into, node);
    if (isMaybeSet) into.maybeSet.add(node.name);
  }
  if (node.type === 'For' || node.type === 'Select') into.variables.set(node.name.value, 'many');
  if (node.type === 'ParameterExpansion' && node.operation?.type === 'Default' && node.operation.operator.includes('='))
    into.variables.set(node.parameter, 'many');
  if (node.type === 'ArithmeticWord' || node.type === 'ArithmeticBinary' || node.type === 'ArithmeticUnary') return;
  if (node.type === 'Command') {
    const name = node.name?.value ?? '';
    const names = node.suffix.filter((word) => word.type === 'Word');
    const isDeclared = DECLARES.has(name);
    const isReference = isDeclared && names.some(({ value }) => /^-\w*n/.test(value));
    const isPrinted = name === 'printf' && names[0]?.value === '-v' && names[1]?.parts !== undefined;
    if (name === 'printf' && names[0]?.value === '-v') into.variables.set(names[1]?.value ?? '', 'many');
    if (isPrinted || isReference || ((isDeclared || SETTERS.has(name)) && names.some(isUnknownName)))
      into.isDynamic = true;
    if (isDeclared && names.some(({ value }) => /^-\w*f/.test(value)))
      for (const { value } of names) into.exported.add(value);
    if (name === 'unset' && names[0]?.value === '-f') for (const { value } of names) into.maybe.add(value);
    if (SETTERS.has(name)) for (const { value } of names) into.variables.set(value, 'many');
  }
  const isWithin = isConditional || CONDITIONS.has(node.type);
  const isMaybe = isMaybeSet || SETS_MAYBE.has(node.type);
  forEachChild(node, (child) => collectDefinitions(child, into, isWithin, isMaybe));
}

/** Whether a word may name any variable. A text that `printf` prints is no name. */
const isUnknownName = ({ text, parts }: Word): boolean =>
  parts !== undefined && !/[\s%\\]/.test(text.replace(/\$\(.*/s, ''));

function set({ variables, appended }: Definitions, { name, value, append, index }: Assignment): void {
  const before = variables.get(name);
  if (
    append &&
    value.type === 'ArrayValue' &&
    before !== undefined &&
    before !== 'many' &&
    before.type === 'ArrayValue'
  ) {
    appended.set(name, [...(appended.get(name) ?? []), value]);
    return;
  }
  const isOnly = !variables.has(name) && append !== true && index === undefined;
  variables.set(name, isOnly ? value : 'many');
}
