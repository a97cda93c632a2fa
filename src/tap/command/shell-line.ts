/** The files of one folder that say what a command runs. */
export interface ScriptFiles {
  /** The text of a script, by its path or, without a slash, its name on the path; undefined where it is none, or can't be read. */
  script(path: string): { readonly text: string; readonly home: ScriptFiles } | undefined;
  /** Why there is no such text: `none`, no file is there; `other`, it is another interpreter's or a binary; `unread`, it may be a script. */
  lacks(path: string): 'none' | 'other' | 'unread';
  /** The scripts of the nearest `package.json`, and where npm runs them. */
  packageScripts(): { readonly scripts: Readonly<Record<string, string>>; readonly home: ScriptFiles } | undefined;
  /** The files of another folder, by its path from this one. */
  within(folder: string): ScriptFiles;
  /** It is not known which folder it is. */
  readonly isUnknown?: boolean;
}

/** A shell's command line, and the flags that the shell was started with where they are known. */
export interface ShellLine {
  readonly line: string;
  readonly flags?: readonly string[];
  /** Where it stands in a file: the files beside it. */
  readonly file?: ScriptFiles;
  /** It is read by the shell that names it, which may call its functions. */
  readonly isSourced?: boolean;
  /** Where it is run, if not where its command is. */
  readonly folder?: ScriptFiles;
  /** What it is given as `"$@"`. Left out: what its command was. */
  readonly args?: readonly string[];
}

/** A folder that is not known: what a path from it leads to can't be read. */
export function unknownFolder(files: ScriptFiles): ScriptFiles {
  const isFrom = (path: string) => path.includes('/') && !path.startsWith('/');
  const unknown: ScriptFiles = {
    script: (path) => (isFrom(path) ? undefined : files.script(path)),
    lacks: (path) => (isFrom(path) ? 'unread' : files.lacks(path)),
    packageScripts: () => undefined,
    within: (folder) => (folder.startsWith('/') ? files.within(folder) : unknown),
    isUnknown: true,
  };
  return unknown;
}

/** The name of a program by its path. */
export function baseName(path: string): string {
  const name = path.replaceAll('\\', '/').split('/').at(-1) ?? path;
  return name.replace(/\.(?:exe|cmd)$/i, '');
}
