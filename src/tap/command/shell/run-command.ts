import {
  type Assignment,
  type Command,
  forEachChild,
  type ParsedScript,
  type Redirection,
  type SyntaxNode,
  type Word,
} from 'unbash';
import { baseName } from '../shell-call.ts';
import { possibleShells } from './possible-shells.ts';
import { inChild } from './run-script.ts';
import { type At, type Shell, UNKNOWN, UNKNOWN_WORDS, unread, type Walk } from './walk-context.ts';
import { distinct, ended, endedAnyhow, type Way, withWritten } from './ways.ts';
import { isExactWord, wordsOf, wordValue } from './word-values.ts';

/** The ways behind a simple command: its substitutions, then the program, function or builtin that its words name. */
export function runCommand(walk: Walk, node: Command, ways: readonly Way[], at: At): Way[] {
  const prefixes = node.prefix.filter((one) => one.type === 'Assignment');
  const nodes = [...node.prefix, ...(node.name ? [node.name] : []), ...node.suffix];
  const substituted = afterSubstitutions(walk, nodes, ways, at);
  // `${KEY:?}` ends a shell where the variable is not set.
  if (nodes.some((one) => /\$\{\w+:?\?/.test(textOf(one))))
    at.shell.exits.push(...substituted.map((way) => ended(way, false)));
  const { there, behind } = afterRedirects(node.redirects, substituted, at);
  if (!node.name) {
    // `answer=$(claude …)` ends as its substitution does.
    const isPlain = !nodes.some((one) => scriptsIn(one).length > 0);
    return behind(isPlain ? substituted.map((way) => ended(way, true)) : substituted);
  }
  const words: readonly (Word | Assignment | string)[] = [
    ...prefixes.map((one) => (one.name === 'PATH' && one.value.type === 'Word' ? one : one.text)),
    node.name,
    ...node.args.map((arg) => (arg.type === 'Word' ? arg : arg.text)),
  ];
  const shells = possibleShells(
    words.map((word) => (typeof word === 'string' ? '' : word.text)),
    at.shell,
  );
  // All are told before any is run, since that may change what a word says.
  const calls = substituted.flatMap((way) =>
    shells.map((shell) => ({
      way,
      own: words.flatMap((word) => (typeof word === 'string' ? [word] : valuesOf(word, way, shell))),
    })),
  );
  const isExact = words.every((word) => typeof word === 'string' || (word.type === 'Word' && isExactWord(word)));
  return behind(
    distinct(
      calls.flatMap(({ way, own }) =>
        walk.words(own, way, { ...there, isLoose: own.includes(UNKNOWN_WORDS), isExact }),
      ),
    ),
  );
}

function valuesOf(word: Word | Assignment, way: Way, shell: Shell): readonly string[] {
  if (word.type === 'Word') return wordsOf(word, way, shell);
  const value = word.value.type === 'Word' ? wordValue(word.value, way, shell) : undefined;
  return [`${word.name}=${value ?? UNKNOWN}`];
}

const textOf = (node: SyntaxNode): string => ('text' in node ? node.text : '');

/** The ways behind all that some parts of a command substitute, each ending as the last of these does. */
export function afterSubstitutions(
  walk: Walk,
  nodes: readonly (SyntaxNode | string)[],
  ways: readonly Way[],
  at: At,
): Way[] {
  let now = [...ways];
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    for (const found of scriptsIn(node)) {
      if (!found.script || found.script.errors?.length) now = now.flatMap((way) => unread(walk, way));
      else
        now = distinct(now.flatMap((way) => substituted(walk, found.script as ParsedScript, way, at, found.isBeside)));
    }
  }
  return now;
}

function substituted(walk: Walk, script: ParsedScript, way: Way, at: At, isBeside: boolean): Way[] {
  const there: At = {
    ...at,
    voice: at.voice === 'relay' ? 'relay' : 'kept',
    isCaptured: true,
    isSubstituted: at.isSubstituted || !isBeside,
    node: undefined,
  };
  // Shells differ in whether `set -e` holds in it.
  const starts = way.errexit && !at.isTested ? [way, { ...way, errexit: false }] : [way];
  const ends = inChild(starts, there, (inner, place) => walk.list(script.commands, inner, place));
  return ends.flatMap((end) => {
    const behind = { ...end, errexit: way.errexit };
    return isBeside ? endedAnyhow(behind) : [behind];
  });
}

/** The scripts that a part of a command substitutes, and whether it goes on beside them: `<(…)`. */
function scriptsIn(node: SyntaxNode): { script: ParsedScript | undefined; isBeside: boolean }[] {
  if (node.type === 'CommandExpansion' || node.type === 'ArithmeticCommandExpansion')
    return [{ script: node.script, isBeside: false }];
  if (node.type === 'ProcessSubstitution') return [{ script: node.script, isBeside: true }];
  const found: { script: ParsedScript | undefined; isBeside: boolean }[] = [];
  forEachChild(node, (child) => found.push(...scriptsIn(child)));
  return found;
}

/** What redirections change: for the command, where its input and output go; behind it, which files may have been written. */
export function afterRedirects(
  redirects: readonly Redirection[],
  before: readonly Way[],
  at: At,
): { there: At; behind: (ways: readonly Way[]) => Way[] } {
  let there = at;
  const written: Word[] = [];
  let mayFail = false;
  let mayBeBeside = false;
  for (const redirect of redirects) {
    const number = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
    if (redirect.type !== 'Redirect') {
      there = { ...there, input: {} };
      continue;
    }
    const { operator, target } = redirect;
    if (operator === '<' && (number ?? 0) === 0) {
      const isPlain = target && !target.parts;
      there = { ...there, input: isPlain ? { file: target.value } : {} };
    }
    const place = target && (target.parts ? before[0] && wordValue(target, before[0], at.shell) : target.value);
    const isShown = operator.includes('>') && target !== undefined && (place === undefined || SHOWN.test(place));
    if (isShown && there.voice === 'kept') there = { ...there, voice: 'heard' };
    const isOutput = operator.includes('>') && operator !== '<>';
    if (isOutput && target && !/^(?:&?\d+|-|\/dev\/.*)$/.test(target.value)) written.push(target);
    mayFail ||=
      written.length > 0 ||
      (operator.startsWith('<') && operator !== '<&') ||
      (operator === '>&' && !/^[12]$/.test(target?.value ?? ''));
    mayBeBeside ||= at.shell.isPosix && operator.startsWith('&>');
    mayFail ||= isOutput && place !== undefined && /^\/dev\/(?:tcp|udp|fd)/.test(place);
    const isPassedOn = target?.parts?.some(({ type }) => type === 'ProcessSubstitution') === true;
    if (isOutput && (number ?? 1) === 1 && operator !== '>&' && !isPassedOn && !(isShown && place !== undefined))
      there = { ...there, isCaptured: true, ...(at.voice === 'heard' && { voice: 'kept' as const }) };
  }
  return {
    there,
    behind(ways) {
      const afterWriting = (way: Way) => {
        const names = written.map((word) => wordValue(word, way, at.shell));
        // Where only its end is known, that tells whether it may be a script.
        const isAny = written.some(
          (word) => /\.(?:ba)?sh"?$/.test(word.text) && wordValue(word, way, at.shell) === undefined,
        );
        const before = isAny ? withWritten(way, '*') : way;
        return names.reduce<Way>((one, name) => (name === undefined ? one : withWritten(one, baseName(name))), before);
      };
      const ends = ways.map(afterWriting);
      // What can't be opened fails in its place. A shell of POSIX takes `a &> b` for `a & > b`.
      const failed = mayFail ? before.map((way) => ended(afterWriting(way), false)) : [];
      const beside = mayBeBeside ? [...before, ...ends].map((way) => ended(way, true)) : [];
      return distinct([...ends, ...failed, ...beside]);
    },
  };
}

/** What is printed there is shown, whatever else is kept. */
const SHOWN = /^(?:\d+|\/dev\/(?!null$).*|\/proc\/.*)$/;
