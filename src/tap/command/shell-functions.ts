import { isAssignment } from './follows-failure.ts';
import type { ReadStep } from './read-command.ts';
import type { ReadingEffort } from './reading-effort.ts';
import { withoutKeywords } from './shell-commands.ts';

type Commands = readonly ReadStep[];

/** Commands that only tell what has happened, or end the shell. */
const TELLS = new Set([
  'echo',
  'printf',
  'cat',
  'tee',
  'logger',
  'date',
  'local',
  ':',
  'true',
  'exit',
  'return',
  '[',
  '[[',
  'test',
]);

/** What taking a block out costs beside one character. */
const STEPS_OF_BLOCK = 20;

/** What a shell's line runs by itself, and what its functions hold, by their names. */
export interface LineAndFunctions {
  readonly commands: Commands;
  readonly functions: ReadonlyMap<string, Commands>;
}

/**
 * Takes the definitions of functions out of a line, since they run nothing. A function or a group `{ …; }` that does nothing but tell stands as
 * `exit` where it ends the shell with that, and as `return` where not. Of a function that is called once, as the line's last
 * command, the commands stand in the place of its call: `main "$@"`.
 *
 * @throws {Error} where that is more effort than is left
 */
export function withoutFunctions(line: Commands, effort: ReadingEffort): LineAndFunctions {
  const functions = new Map<string, Commands>();
  const tellers = new Map<string, string>();
  let commands: ReadStep[] = [];
  // What is left of the operators behind a block.
  let left: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const command = line[at] as ReadStep;
    const after = left ?? command.after;
    left = undefined;
    const name = nameDefined(command, line[at + 1]);
    const isGroup = /(?:^|[;\n&|])\{\n*$/.test(after);
    if (name === undefined && !isGroup) {
      commands.push({ ...command, after });
      continue;
    }
    const first = name === undefined ? at : at + 1;
    const block = blockAt(line, first, name === undefined ? after : (line[first] as ReadStep).after);
    effort.spend(STEPS_OF_BLOCK + 10 * block.commands.length);
    const told = howTold(block.commands, tellers);
    if (name === undefined && told === undefined) {
      commands.push({ ...command, after });
      continue;
    }
    if (name === undefined)
      commands.push({ words: [told as string], redirected: false, after: after.replace(/\{\n*$/, '') });
    // Of a function that is defined twice, anything may be called.
    else if (told === undefined || functions.has(name) || tellers.has(name)) {
      functions.set(name, [...(functions.get(name) ?? []), ...block.commands]);
      tellers.delete(name);
    } else tellers.set(name, told);
    left = name === undefined ? block.after : after + block.after;
    at = block.end - 1;
  }
  commands = commands.map((command) => {
    const own = withoutKeywords(command.words);
    const told = tellers.get(own[0] ?? '');
    return told === undefined
      ? command
      : { ...command, words: [...command.words.slice(0, -own.length), told], run: undefined };
  });
  return withLastCall({ commands, functions }, effort);
}

/** `name() {` and `function name {`: the name. */
function nameDefined({ words }: ReadStep, next: ReadStep | undefined): string | undefined {
  const [first = '', second] = words;
  if (words.length === 1 && /^\(\)\n*\{/.test(next?.after ?? '')) return first;
  return first === 'function' && words.length === 2 && /^(?:\(\))?\n*\{/.test(next?.after ?? '') ? second : undefined;
}

/** The commands of a block whose bracket opens in front of its first one, where it ends, and the operators behind its bracket. */
function blockAt(line: Commands, first: number, opening: string): { commands: Commands; end: number; after: string } {
  const inner = opening.slice(opening.indexOf('{') + 1);
  let depth = 1;
  for (let at = first; at < line.length; at += 1) {
    const after = at === first ? inner : (line[at] as ReadStep).after;
    for (const [place, char] of [...after].entries()) {
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      if (depth === 0) return { commands: own(line.slice(first, at), inner), end: at, after: after.slice(place + 1) };
    }
  }
  return { commands: own(line.slice(first), inner), end: line.length, after: '' };
}

const own = (commands: Commands, after: string): Commands =>
  commands.map((command, at) => (at === 0 ? { ...command, after } : command));

/** `exit` or `return`, where the commands only tell; undefined where they may do more. */
function howTold(commands: Commands, tellers: ReadonlyMap<string, string>): string | undefined {
  if (commands.some(({ substituted = [] }) => substituted.some(({ works }) => works))) return undefined;
  const names = commands.map(({ words }) => {
    const [first = ''] = words.every(isAssignment) ? words : words.filter((word) => !isAssignment(word));
    return tellers.get(first) ?? first;
  });
  if (commands.length === 0 || !names.every((name) => TELLS.has(name) || isAssignment(name))) return undefined;
  if (names.slice(0, -1).includes('return')) return 'return';
  return names.at(-1) === 'exit' && /^[;\n]*$/.test(commands.at(-1)?.after ?? '') ? 'exit' : 'return';
}

function withLastCall({ commands, functions }: LineAndFunctions, effort: ReadingEffort): LineAndFunctions {
  const call = commands.at(-1);
  const [name = ''] = call?.words ?? [];
  const body = functions.get(name);
  if (!call || !body || call.after.includes('||')) return { commands, functions };
  const words = [...commands, ...[...functions.values()].flat()].flatMap((command) => command.words);
  effort.spend(10 * words.length);
  if (words.filter((word) => word === name).length > 1) return { commands, functions };
  const others = new Map([...functions].filter(([other]) => other !== name));
  const inner = withoutFunctions(body, effort);
  const spliced = own(inner.commands, call.after + (inner.commands[0]?.after ?? ''));
  return withLastCall(
    { commands: [...commands.slice(0, -1), ...spliced], functions: new Map([...others, ...inner.functions]) },
    effort,
  );
}
