import type { RulesFile } from '../../ruleset/load/load-rules.ts';

/** The files of a rules folder by name; structured so that it can be handed to a thread. */
export type RulesTexts = Readonly<Record<string, string>>;

/** The files with one of them written anew, or one more. */
export function withFile(
  files: RulesTexts,
  file: { readonly name: string; readonly yaml: string } | undefined,
): RulesTexts {
  return file === undefined ? files : { ...files, [file.name]: file.yaml };
}

/** As the loader takes them, in its order: packs by name, then causes. */
export function asRulesFiles(files: RulesTexts): RulesFile[] {
  return Object.entries(files)
    .toSorted(([a], [b]) => Number(a.includes('/')) - Number(b.includes('/')) || (a < b ? -1 : 1))
    .map(([name, text]) => ({ name, file: name, content: Buffer.from(text, 'utf8') }));
}
