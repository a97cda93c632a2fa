import { agentNamed } from '../known-agents.ts';
import { baseName, isShellText } from '../shell-call.ts';
import { pathAt, runProgramFile, type ScriptText } from './program-file.ts';
import { type At, heard, UNKNOWN_WORDS, type Walk, works } from './walk-context.ts';
import { ended, endedAnyhow, mayBeWritten, type Way } from './ways.ts';

const SETS_UP =
  /^(?:--version|--help|-[vVh]|update|upgrade|mcp|login|logout|auth|config|doctor|install|completion|plugin|setup-token|models)$/;

/** The ways behind an agent. */
export function runAgent(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  // `claude --version`, `codex login`: it tells something, or sets itself up.
  if (SETS_UP.test(words[1] ?? '')) return endedAnyhow(heard(walk, way, at));
  const { finding } = walk;
  works(walk, way);
  noteAgent(walk, words, at);
  finding.agentRuns += 1;
  // What a substitution keeps is printed by others.
  if ((way.isHeard || at.isSubstituted) && !at.isElsewhere) finding.isBehind = true;
  const behind = { ...way, hasRun: way.hasRun || !at.isElsewhere };
  return [ended(behind, true), { ...behind, ok: false, agent: 'failed' }];
}

function noteAgent({ finding }: Walk, [name = '', ...args]: readonly string[], at: At): void {
  const agent = agentNamed(name);
  if (!agent) return;
  const { isElsewhere, isInScript, isCaptured, isLoose } = at;
  const node = at.node ?? name;
  const found = finding.agents.findIndex((one) => one.node === node && one.agent === agent);
  const before = finding.agents[found];
  // On another way it may be given other arguments.
  const isVaried = before !== undefined && before.args.join('\0') !== args.join('\0');
  // What is not known may be anything.
  const hasTurns = agent.readsTurns?.(args) || (agent.readsTurns !== undefined && args.includes(UNKNOWN_WORDS));
  finding.agents.splice(found === -1 ? finding.agents.length : found, 1, {
    node,
    agent,
    args,
    isOpen: isCaptured || isLoose || isVaried || before?.isOpen === true,
    hasTurns: hasTurns || before?.hasTurns === true,
    isInCommand: !isInScript,
    isElsewhere,
  });
}

/** The script in an agent's place, where its name is one's on the path: a wrapper around the real one. */
export function agentScript(walk: Walk, [name = '']: readonly string[], way: Way, at: At) {
  const path = pathAt(way, at);
  const isNamed = way.written.includes(`/${baseName(name)}/`);
  if (isNamed || (name.includes('/') && mayBeWritten(way, baseName(name)))) return 'unread';
  if (path === undefined && !name.includes('/')) return undefined;
  const found = walk.files.find(name, way.folder, path);
  return typeof found !== 'string' && isShellText(found.text, baseName(name)) ? found : undefined;
}

/** A script that is named as an agent is: where no agent is seen in it, it counts as one. */
export function runAgentScript(walk: Walk, words: readonly string[], found: ScriptText, way: Way, at: At): Way[] {
  const { agentRuns } = walk.finding;
  noteAgent(walk, words, at);
  const ends = runProgramFile(walk, words, found, way, at);
  return walk.finding.agentRuns > agentRuns ? ends : runAgent(walk, words, way, at);
}
