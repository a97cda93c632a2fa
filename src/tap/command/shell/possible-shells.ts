import type { Shell } from './walk-context.ts';

/** Where more such names are in one command, they may be anything. */
const MAX_NAMES = 3;

/**
 * The shells that a command may stand in: of a variable that is set on a condition alone both count, what it is set to and what it was,
 * and of an array that is added to, what it was first, and all that is added.
 *
 * @param texts the command's own words
 */
export function possibleShells(texts: readonly string[], shell: Shell): readonly Shell[] {
  if (shell.maybeSet.size === 0 && shell.appended.size === 0) return [shell];
  const names = openNames(texts, shell);
  if (names.length > MAX_NAMES) return [{ ...shell, isOpen: true, variables: new Map(), absent: new Set() }];
  return names.reduce<readonly Shell[]>((shells, name) => shells.flatMap((one) => [one, without(one, name)]), [shell]);
}

function without(shell: Shell, name: string): Shell {
  shell.spend(1 + shell.variables.size / 16);
  if (shell.appended.has(name)) {
    const appended = new Map(shell.appended);
    appended.delete(name);
    return { ...shell, appended };
  }
  // Of one that is set more than once nothing is known.
  if (shell.variables.get(name) === 'many') return shell;
  const variables = new Map(shell.variables);
  variables.delete(name);
  return { ...shell, variables, absent: new Set([...(shell.absent ?? []), name]) };
}

/** The variables with several values that some words name, and that the values of those name; no more than one too many. */
function openNames(texts: readonly string[], { variables, maybeSet, appended, spend }: Shell): readonly string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const open = [...texts];
  for (let text = open.pop(); text !== undefined && found.length <= MAX_NAMES; text = open.pop()) {
    spend(1 / 16 + text.length / 512);
    for (const [, name = ''] of text.matchAll(/\$\{?([A-Za-z_]\w*)/g)) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (maybeSet.has(name) || appended.has(name)) found.push(name);
      const value = variables.get(name);
      if (value === undefined || value === 'many') continue;
      open.push(...(value.type === 'ArrayValue' ? value.elements : [value]).map((word) => word.text));
    }
  }
  return found;
}
