import { isKnownRuntime, knownRuntimes, runtimeNames } from '../decode/decoders.ts';
import { nearestWord } from '../ruleset/findings/nearest-word.ts';
import { UsageError } from '../service/config.ts';

/**
 * The runtime that `--runtime` names, checked.
 *
 * @param packRuntimes the runtimes that the rules name: a pack makes a name known
 * @throws {UsageError} for a name that neither knell nor a pack knows, with the one that was most likely meant
 */
export function knownRuntime(name: string | undefined, packRuntimes: readonly string[]): string | undefined {
  if (name === undefined || isKnownRuntime(name, packRuntimes)) return name;
  const known = [...new Set([...knownRuntimes(), ...packRuntimes])];
  const nearest = nearestWord(name, [...runtimeNames(), ...packRuntimes]);
  const hint =
    nearest === undefined
      ? `Known are ${known.join(', ')}. A pack with \`runtime: ${name}\` would make it known; generic is any agent`
      : `Did you mean ${nearest}?`;
  throw new UsageError(`the runtime "${name}" is not known. ${hint}`);
}
