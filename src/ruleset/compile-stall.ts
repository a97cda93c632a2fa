import { durationMs } from '../contracts/duration.ts';
import type { RuleOverrides, RulePack, Stall } from '../contracts/rule-pack.ts';
import type { CompiledStall } from './rule-set.ts';

type Limits = { readonly warn: string; readonly abort?: string | undefined };

/**
 * How long runs of each runtime may be silent: from the runtime's own pack, else from one for `any` runtime.
 * An override for a pack takes the place of all that the pack says about silence.
 */
export function compileStalls(
  packs: readonly RulePack[],
  overrides: RuleOverrides | undefined,
  digest: string,
): (runtime: string) => CompiledStall | undefined {
  const byRuntime = new Map<string, CompiledStall>();
  for (const pack of packs) {
    const replaced = overrides?.stall;
    const stall = replaced && Object.hasOwn(replaced, pack.pack) ? replaced[pack.pack] : pack.stall;
    if (!stall) continue;
    const compiled = compileStall(stall, { id: 'stall', pack: pack.pack, version: pack.version, digest });
    for (const runtime of [pack.runtime].flat()) {
      if (!byRuntime.has(runtime)) byRuntime.set(runtime, compiled);
    }
  }
  return (runtime) => byRuntime.get(runtime) ?? byRuntime.get('any');
}

function compileStall(stall: Stall, pack: CompiledStall['pack']): CompiledStall {
  const base = limitsMs(stall);
  const openTool = stall.open_tool ? limitsMs(stall.open_tool) : base;
  const text = stall.text ? limitsMs(stall.text) : base;
  const tools = new Map(
    Object.entries(stall.tools ?? {}).map(([name, limits]) => [name, { ...limitsMs(limits), isOfTool: true as const }]),
  );
  return {
    pack,
    ...base,
    soonestMs: Math.min(...[base, openTool, text, ...tools.values()].map(({ warnMs }) => warnMs)),
    text,
    openTool: (name) => tools.get(name) ?? openTool,
    ...(stall.completion !== undefined && { completionMs: durationMs(stall.completion) }),
  };
}

function limitsMs({ warn, abort }: Limits): { warnMs: number; abortMs?: number } {
  return { warnMs: durationMs(warn), ...(abort !== undefined && { abortMs: durationMs(abort) }) };
}
