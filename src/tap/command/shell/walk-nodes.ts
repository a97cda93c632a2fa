import type { Case, CommandNode, Pipeline, PipelineNode, Statement, SyntaxNode, WordPart } from 'unbash';
import { afterRedirects, afterSubstitutions, runCommand } from './run-command.ts';
import { inChild } from './run-script.ts';
import { type At, heard, type Loop, type Walk } from './walk-context.ts';
import { bothWritten, distinct, ended, endedAnyhow, graver, keyOf, type Way } from './ways.ts';
import { isExactWord, wordValue } from './word-values.ts';

/** The ways behind some statements; what follows where no way leads is not looked at. */
export function walkList(walk: Walk, statements: readonly Statement[], ways: readonly Way[], at: At): Way[] {
  let now = distinct(ways);
  for (const { command, background } of statements) {
    if (now.length === 0) break;
    walk.spend(now.length);
    now = background ? beside(walk, command, now, at) : walkNode(walk, command, now, at);
  }
  return now;
}

/** What a command in the background may have done by the time that others run. */
function beside(walk: Walk, node: SyntaxNode, ways: readonly Way[], at: At): Way[] {
  const own = ways.flatMap((way) =>
    inChild([way], at, (inner, there) => walkNode(walk, node, inner, there)).map((end) => ended(end, true)),
  );
  return distinct([...ways.map((way) => ended(way, true)), ...own]);
}

/** The ways behind a command of a script. */
export function walkNode(walk: Walk, node: SyntaxNode, ways: readonly Way[], at: At): Way[] {
  const list = (statements: readonly Statement[], some: readonly Way[], there: At = at) =>
    walkList(walk, statements, some, there);
  switch (node.type) {
    case 'Command':
      return checked(runCommand(walk, node, ways, { ...at, node }), at);
    case 'Pipeline':
      return walkPipeline(walk, node, ways, at);
    case 'AndOr':
      return walkAndOr(walk, node.commands, node.operators, ways, at);
    case 'CompoundList':
      return list(node.commands, ways);
    case 'BraceGroup':
      return list(node.body.commands, ways);
    case 'Subshell':
      return checked(
        inChild(ways, at, (inner, there) => list(node.body.commands, inner, there)),
        at,
      );
    case 'Redirected': {
      const before = afterSubstitutions(walk, node.redirects, ways, at);
      const { there, behind } = afterRedirects(node.redirects, before, at);
      return behind(walkNode(walk, node.command, before, there));
    }
    case 'If': {
      const ends: Way[] = [];
      let open: readonly Way[] = ways;
      for (const { clause, then } of [node, ...node.elif]) {
        const asked = list(clause.commands, open, { ...at, isTested: true });
        ends.push(
          ...list(
            then.commands,
            asked.filter(({ ok }) => ok),
          ),
        );
        open = asked.filter(({ ok }) => !ok);
      }
      ends.push(...(node.else ? list(node.else.commands, open) : open.map((way) => ended(way, true))));
      return distinct(ends);
    }
    case 'While': {
      const isOn = (way: Way) => way.ok === (node.kind === 'while');
      return walkLoop(walk, ways, at, (turn, there) => {
        const asked = list(node.clause.commands, turn, { ...there, isTested: true });
        return { on: list(node.body.commands, asked.filter(isOn), there), off: asked.filter((way) => !isOn(way)) };
      });
    }
    case 'For':
    case 'Select':
    case 'ArithmeticFor': {
      const parts = node.type === 'ArithmeticFor' ? [node.initialize, node.test, node.update] : (node.wordlist ?? []);
      const words = parts.filter((part) => part !== undefined);
      const substituted = afterSubstitutions(walk, words, ways, at);
      // It shows what there is to choose.
      const before = node.type === 'Select' ? substituted.map((way) => heard(walk, way, at)) : substituted;
      return walkLoop(walk, before, at, (turn, there) => ({ on: list(node.body.commands, turn, there), off: turn }));
    }
    case 'Case':
      return walkCase(walk, node, ways, at);
    case 'TestCommand':
    case 'ArithmeticCommand': {
      const inner = node.expression ? [node.expression] : [];
      return checked(distinct(afterSubstitutions(walk, inner, ways, at).flatMap(endedAnyhow)), at);
    }
    case 'Function':
      return ways.map((way) => ended(way, true));
    case 'Coproc':
      return beside(walk, node.body, ways, at);
    default:
      throw new Error(`a ${node.type} is no command`);
  }
}

/** Lets the ways on which a command has failed end the shell where `set -e` holds. */
function checked(ways: readonly Way[], at: At): Way[] {
  if (at.isTested) return [...ways];
  const isOver = ({ errexit, ok }: Way) => errexit && !ok;
  at.shell.exits.push(...ways.filter(isOver));
  return ways.filter((way) => !isOver(way));
}

function walkAndOr(
  walk: Walk,
  nodes: readonly PipelineNode[],
  operators: readonly string[],
  ways: readonly Way[],
  at: At,
): Way[] {
  let now: readonly Way[] = ways;
  for (const [index, node] of nodes.entries()) {
    const isLast = index === nodes.length - 1;
    const operator = index === 0 ? undefined : operators[index - 1];
    const isRun = ({ ok }: Way) => operator === undefined || ok === (operator === '&&');
    const passed = now.filter((way) => !isRun(way));
    now = distinct([...walkNode(walk, node, now.filter(isRun), isLast ? at : { ...at, isTested: true }), ...passed]);
  }
  return [...now];
}

function walkPipeline(walk: Walk, { commands, prefixes }: Pipeline, ways: readonly Way[], at: At): Way[] {
  const isNegated = prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
  const inner = isNegated ? { ...at, isTested: true } : at;
  const ends =
    commands.length === 1
      ? walkNode(walk, commands[0] as CommandNode, ways, inner)
      : checked(distinct(ways.flatMap((way) => pipe(walk, commands, way, inner))), inner);
  return isNegated ? ends.map((way) => ended(way, !way.ok)) : ends;
}

/** All parts of a pipe run at once, each in a process of its own. */
function pipe(walk: Walk, commands: readonly CommandNode[], way: Way, at: At): Way[] {
  const { finding } = walk;
  let hasAgent = false;
  let hasProgram = false;
  let ends: Way[] = [{ ...way, ok: true }];
  for (const [index, node] of commands.entries()) {
    const before = { ...finding };
    const isLast = index === commands.length - 1;
    const voice = hasAgent ? 'relay' : isLast ? at.voice : at.voice === 'heard' ? 'kept' : at.voice;
    const there: At = { ...at, voice, isCaptured: at.isCaptured || !isLast, ...(index > 0 && { input: {} }) };
    // What parts before it print to stderr may come before what it prints.
    const start = ends.some(({ isHeard }) => isHeard) ? { ...way, isHeard: true } : way;
    const own = inChild([start], there, (inner, place) => walkNode(walk, node, inner, place));
    const isAgent = finding.agentRuns > before.agentRuns;
    // It works on what another one said, or on nothing.
    if (isAgent && (hasAgent || hasProgram)) finding.follows = true;
    // `claude … | while read -r task; do ./work "$task"; done` works on what was said before the failure.
    if (hasAgent && node.type !== 'Command' && finding.workRuns > before.workRuns) finding.follows = true;
    hasAgent ||= isAgent;
    hasProgram ||= finding.programRuns > before.programRuns;
    ends = distinct(ends.flatMap((one) => own.map((other) => both(one, other))));
    walk.spend(ends.length);
  }
  return ends;
}

function both(one: Way, other: Way): Way {
  return {
    ...one,
    agent: graver(one.agent, other.agent),
    ok: one.pipefail ? one.ok && other.ok : other.ok,
    written: bothWritten(one, other).written,
    isHeard: one.isHeard || other.isHeard,
    hasRun: one.hasRun || other.hasRun,
  };
}

function walkCase(walk: Walk, { word, items }: Case, ways: readonly Way[], at: At): Way[] {
  const ends: Way[] = [];
  let open: readonly Way[] = afterSubstitutions(walk, [word], ways, at);
  let falling: readonly Way[] = [];
  for (const { body, pattern, terminator } of items) {
    const asked = afterSubstitutions(walk, pattern, open, at);
    const isAny = pattern.some(({ text }) => text === '*');
    const isPlain = pattern.every(({ text, parts }) => !text.includes('$') && !parts?.some(isGlob));
    const isCertain = isExactWord(word) && isPlain && !at.shell.isLenient;
    const fits = (way: Way) => {
      const value = isCertain && !isAny ? wordValue(word, way, at.shell) : undefined;
      return value === undefined ? undefined : pattern.some((one) => one.value === value);
    };
    const entered = asked.filter((way) => isAny || fits(way) !== false).map((way) => ended(way, true));
    const behind = walk.list(body.commands, [...entered, ...falling], at);
    falling = terminator === ';&' ? behind : [];
    ends.push(...behind);
    // It may fit what comes next as well.
    if (terminator === ';;&') open = [...asked, ...behind];
    else open = asked.filter((way) => !isAny && fits(way) !== true);
  }
  return distinct([...ends, ...open.map((way) => ended(way, true))]);
}

const isGlob = ({ type }: WordPart): boolean => type === 'Glob' || type === 'ExtendedGlob' || type === 'BraceExpansion';

/** Walks a loop until its turns lead to no new way. */
function walkLoop(
  walk: Walk,
  ways: readonly Way[],
  at: At,
  turn: (ways: readonly Way[], at: At) => { on: readonly Way[]; off: readonly Way[] },
): Way[] {
  const loop: Loop = { breaks: [], continues: [] };
  const there = { ...at, loops: [...at.loops, loop] };
  const seen = new Map<string, Way>();
  const ends: Way[] = [];
  for (let next = distinct(ways); next.length > 0; ) {
    for (const way of next) seen.set(keyOf(way), way);
    walk.spend(next.length);
    const { on, off } = turn(next, there);
    // A loop ends as its last turn did, or well.
    ends.push(...off.flatMap(endedAnyhow));
    next = distinct([...on, ...loop.continues]).filter((way) => !seen.has(keyOf(way)));
  }
  return distinct([...ends, ...loop.breaks]);
}
