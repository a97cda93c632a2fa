import type { StreamName } from '../contracts/run.ts';
import { canonicalRuntime, RUNTIME_ALIASES } from './canonical-runtime.ts';
import type { Decoder } from './decoder.ts';
import { amp } from './runtimes/amp.ts';
import { claudeCode } from './runtimes/claude-code.ts';
import { cline } from './runtimes/cline.ts';
import { codex } from './runtimes/codex.ts';
import { continueCli } from './runtimes/continue-cli.ts';
import { copilotCli } from './runtimes/copilot-cli.ts';
import { cursorAgent } from './runtimes/cursor-agent.ts';
import { gemini } from './runtimes/gemini.ts';
import { createGenericDecoder } from './runtimes/generic.ts';
import { goose } from './runtimes/goose.ts';
import { grokCli } from './runtimes/grok-cli.ts';
import { opencode } from './runtimes/opencode.ts';
import { pi } from './runtimes/pi.ts';
import { qwenCode } from './runtimes/qwen-code.ts';
import { createTextDecoder } from './runtimes/text-decoder.ts';
import { TEXT_RUNTIMES, UNKNOWN_FORMATS } from './runtimes/text-runtimes.ts';
import { type FormatHints, tellRuntime } from './stream-opening.ts';

/** The first lines of a run's streams. */
export type Openings = Partial<Readonly<Record<StreamName, readonly string[]>>>;

/** The runtime of a run that names none. */
export const GENERIC_RUNTIME = 'generic';

const generic = createGenericDecoder(GENERIC_RUNTIME);

/** In the order in which they are asked to recognise a first line. */
const DECODERS: readonly Decoder[] = [
  claudeCode,
  codex,
  gemini,
  qwenCode,
  opencode,
  pi,
  cline,
  copilotCli,
  cursorAgent,
  amp,
  continueCli,
  goose,
  grokCli,
  ...UNKNOWN_FORMATS.map((runtime) => createGenericDecoder(runtime)),
  ...Object.entries(TEXT_RUNTIMES).map(([runtime, banner]) =>
    createTextDecoder(runtime, banner && ((text) => banner.test(text))),
  ),
];

const BY_NAME: ReadonlyMap<string, Decoder> = new Map(DECODERS.map((decoder) => [decoder.runtime, decoder]));

/**
 * The decoder for a runtime by its name or alias. One that only a pack names prints plain text on shared channels; a
 * name that no pack knows either is read as generic.
 *
 * @param packRuntimes the runtimes that the rules in force name
 */
export function decoderFor(runtime: string | undefined, packRuntimes: readonly string[] = []): Decoder {
  if (runtime === undefined) return generic;
  const name = canonicalRuntime(runtime);
  if (name === GENERIC_RUNTIME) return generic;
  return BY_NAME.get(name) ?? (packRuntimes.includes(name) ? createTextDecoder(name) : generic);
}

/** Whether a name, or what it is an alias of, means a runtime. */
export function isKnownRuntime(name: string, packRuntimes: readonly string[] = []): boolean {
  const canonical = canonicalRuntime(name);
  return canonical === GENERIC_RUNTIME || decoderFor(canonical, packRuntimes) !== generic;
}

/** Every decoder there is, the generic one last. */
export function allDecoders(): readonly Decoder[] {
  return [...DECODERS, generic];
}

/** Names by which people call programs that are agents: runtimes and their aliases, hosts and libraries left out. */
export function agentNames(): readonly string[] {
  const agents = DECODERS.filter(({ readsEvents }) => readsEvents).map(({ runtime }) => runtime);
  const names = [...agents, ...RUNTIME_ALIASES, 'aider', 'auggie'];
  // Two letters are in too many words.
  return names.filter((name) => name.length > 3 && name !== 'continue');
}

/** The names of the runtimes that have a decoder: what a pack can be written for. */
export function knownRuntimes(): readonly string[] {
  return allDecoders().map((decoder) => decoder.runtime);
}

/** The same with all aliases: what a misspelt name may have been meant for. */
export function runtimeNames(): readonly string[] {
  return [...knownRuntimes(), ...RUNTIME_ALIASES];
}

/**
 * The runtime that could only have written these first lines, stdout's before stderr's, or `generic`.
 *
 * @param openings the first lines of each stream that are not blank
 */
export function sniffRuntime(openings: Openings, hints: FormatHints = {}): string {
  for (const stream of ['stdout', 'stderr'] as const) {
    const runtime = tellRuntime(DECODERS, stream, openings[stream] ?? [], hints);
    if (runtime !== undefined) return runtime;
  }
  return GENERIC_RUNTIME;
}
