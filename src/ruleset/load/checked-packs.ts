import { createHash } from 'node:crypto';
import type { RulePack } from '../../contracts/rule-pack.ts';
import { type CheckOptions, checkPacks } from '../check/check-pack.ts';
import { digestPack, knowDigest } from '../digest.ts';
import type { RuleSource, SourcedPack } from '../findings/rule-source.ts';
import { knowTexts, type PackTexts, textsOf } from './pack-texts.ts';
import { readPack } from './read-pack.ts';
import { readYaml } from './read-yaml.ts';

/**
 * Packs with which nothing is wrong, by the SHA-256 (hex) of their files without the comment that names their schema: the
 * same bytes need not be read or checked again.
 */
export type CheckedPacks = Readonly<Record<string, CheckedPack>>;

interface CheckedPack {
  readonly pack: RulePack;
  /** What `digestPack` says of it. */
  readonly digest: string;
  /** What `textsOf` says of it. */
  readonly texts: PackTexts;
}

/** A rules file as it lies there. */
interface RulesFile {
  readonly file: string;
  readonly content: Uint8Array;
}

/**
 * Reads and checks packs ahead of time, each by itself: what is wrong between packs is found when a folder is loaded.
 * A pack of which there is anything to say, be it a warning, is left out.
 *
 * @param options what the packs will be loaded with
 */
export function checkAhead(files: readonly RulesFile[], options: CheckOptions): CheckedPacks {
  const checked = files.flatMap(({ file, content }) => {
    const { pack, source, findings } = readPack(file, content);
    if (!pack || findings.length > 0 || checkPacks([{ pack, source }], undefined, options).length > 0) return [];
    return [[digestFile(content), { pack, digest: digestPack(pack), texts: textsOf(pack) }] as const];
  });
  return Object.fromEntries(checked);
}

/** The pack in a file of these very bytes, wherever its schema lies, where it has been checked. */
export function findChecked(packs: CheckedPacks, { file, content }: RulesFile): SourcedPack | undefined {
  const digest = digestFile(content);
  const checked = Object.hasOwn(packs, digest) ? packs[digest] : undefined;
  if (!checked) return undefined;
  knowDigest(checked.pack, checked.digest);
  knowTexts(checked.pack, checked.texts);
  return { pack: checked.pack, source: lateSource(file, content), isChecked: true };
}

/** Places are wanted only by those who have something to say of the file, which then is read after all. */
function lateSource(file: string, content: Uint8Array): RuleSource {
  let source: RuleSource | undefined;
  return {
    file,
    locate(path, key) {
      source ??= readYaml(file, content).source;
      return source.locate(path, key);
    },
  };
}

/** Where editors find the schema, by which alone a copy of a pack in another folder differs (`knell rules copy`). */
const SCHEMA = /^# yaml-language-server: \$schema=[!-~]+\n/;
/** Longer than any path. */
const MAX_SCHEMA_BYTES = 8_192;

function digestFile(content: Uint8Array): string {
  const opening = Buffer.from(content.subarray(0, MAX_SCHEMA_BYTES)).toString('latin1');
  const comment = SCHEMA.exec(opening)?.[0] ?? '';
  return createHash('sha256').update(content.subarray(comment.length)).digest('hex');
}
