/** The files of one folder that say what a command runs. */
export interface ScriptFiles {
  /** The text of a script, by its path or, without a slash, its name on the path; undefined where it can't be read. */
  script(path: string): { readonly text: string; readonly home: ScriptFiles } | undefined;
  /** The scripts of the nearest `package.json`, and where npm runs them. */
  packageScripts(): { readonly scripts: Readonly<Record<string, string>>; readonly home: ScriptFiles } | undefined;
  /** The files of another folder, by its path from this one. */
  within(folder: string): ScriptFiles;
}

/** A shell's command line, and the flags that the shell was started with where they are known. */
export interface ShellLine {
  readonly line: string;
  readonly flags?: readonly string[];
  /** Where it stands in a file: the files beside it. */
  readonly file?: ScriptFiles;
  /** It is read by the shell that names it, which may call its functions. */
  readonly isSourced?: boolean;
}

/** The name of a program by its path. */
export function baseName(path: string): string {
  const name = path.replaceAll('\\', '/').split('/').at(-1) ?? path;
  return name.replace(/\.(?:exe|cmd)$/i, '');
}
