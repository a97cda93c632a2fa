import type { Shell } from './walk-context.ts';

/** With more names in one command, all that may be set may be anything. */
const MAX_NAMES = 3;

/**
 * The shells that a command may stand in: of a variable that is set on a condition alone both count, what it is set to and what it was, and of an
 * array that is added to what it was first, and all that is added.
 *
 * @param texts the command's own words
 */
export function possibleShells(texts: readonly string[], shell: Shell): readonly Shell[] {
  const { maybeSet, appended } = shell;
  if (maybeSet.size === 0 && appended.size === 0) return [shell];
  const names = namesIn(texts, shell).filter((name) => maybeSet.has(name) || appended.has(name));
  if (names.length > MAX_NAMES) {
    const variables = new Map(shell.variables);
    for (const name of names) variables.set(name, 'many');
    return [{ ...shell, variables }];
  }
  return names.reduce<readonly Shell[]>((shells, name) => shells.flatMap((one) => [one, without(one, name)]), [shell]);
}

function without(shell: Shell, name: string): Shell {
  shell.spend(1);
  if (shell.appended.has(name)) {
    const appended = new Map(shell.appended);
    appended.delete(name);
    return { ...shell, appended };
  }
  const variables = new Map(shell.variables);
  // Of one that is set more than once nothing is known.
  if (variables.get(name) === 'many') return shell;
  variables.delete(name);
  return { ...shell, variables, absent: new Set([...(shell.absent ?? []), name]) };
}

/** The variables that some words name, and those that their values name. */
function namesIn(texts: readonly string[], { variables }: Shell): readonly string[] {
  const names = new Set<string>();
  const open = [...texts];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    for (const [, name = ''] of text.matchAll(/\$\{?([A-Za-z_]\w*)/g)) {
      if (names.has(name)) continue;
      names.add(name);
      const value = variables.get(name);
      if (value === undefined || value === 'many') continue;
      open.push(...(value.type === 'ArrayValue' ? value.elements : [value]).map((word) => word.text));
    }
  }
  return [...names];
}
