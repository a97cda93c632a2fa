import type { ScriptFiles } from '../../src/tap/command/shell-line.ts';

/** The files of one folder, by their paths as commands name them; all folders hold the same. */
export function scriptsIn(files: Readonly<Record<string, string>>): ScriptFiles {
  const home: ScriptFiles = {
    script(path) {
      const text = files[path];
      return text === undefined ? undefined : { text, home };
    },
    lacks: (path) => (files[path] === undefined ? 'none' : 'other'),
    packageScripts() {
      const text = files['package.json'];
      return text === undefined ? undefined : { scripts: JSON.parse(text).scripts, home };
    },
    within: () => home,
  };
  return home;
}
