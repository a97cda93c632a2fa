import type { RulesPointer } from '../contracts/rules-pointer.ts';
import { canonicalJson } from '../ruleset/digest.ts';
import type { SigningKey, TrustedKeys } from '../signing/keys.ts';
import { sign, verify } from '../signing/signature.ts';
import type { Refusal } from './archive.ts';

/** What a person says when a pointer moves. */
export type PointerMove = Omit<RulesPointer, 'schema' | 'serial' | 'signature'>;

/**
 * The next entry of a pointer.
 *
 * @param before the entry it follows; undefined where there is none
 * @param key what signs it; left out: nothing does
 */
export function movePointer(
  move: PointerMove,
  before: Pick<RulesPointer, 'serial'> | undefined,
  key?: SigningKey,
): RulesPointer {
  const pointer: RulesPointer = { schema: 'knell.pointer/v1', ...move, serial: (before?.serial ?? 0) + 1 };
  return key ? { ...pointer, signature: sign(subjectOf(pointer), signedPart(pointer), key) } : pointer;
}

/**
 * Why an entry is not to be followed: it is not signed by a trusted key, or older than one that was followed before.
 *
 * @param trusted the keys of those who may publish; undefined: no signature is asked for
 * @param lastSerial of the entry of this name that was followed last; 0 where none was
 */
export function obstacleToPointer(
  pointer: RulesPointer,
  trusted: TrustedKeys | undefined,
  lastSerial: number,
): Refusal | undefined {
  if (trusted) {
    const verdict = verify(subjectOf(pointer), signedPart(pointer), pointer.signature, trusted);
    if (verdict !== 'good') {
      const message = `The pointer "${pointer.name}" is not signed by a trusted key (${verdict}): publish with KNELL_RULES_SIGNING_KEY set.`;
      return { code: 'pointer-untrusted', message };
    }
  }
  if (pointer.serial < lastSerial) {
    const message = `The pointer "${pointer.name}" has the serial ${pointer.serial}, and ${lastSerial} was followed already: an old entry was written again, or the server's store was made anew. Publish once more while this worker runs: publishing counts on from what running workers followed.`;
    return { code: 'pointer-older', message };
  }
  return undefined;
}

/** The name is signed as well, so that no entry can be moved under another name. */
function subjectOf({ name }: RulesPointer): string {
  return `knell_rules.${name}`;
}

function signedPart({ signature: _, ...rest }: RulesPointer): Buffer {
  return Buffer.from(canonicalJson(rest), 'utf8');
}
