import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { PACKAGE_ROOT } from '../service/package-root.ts';

/**
 * What there is to say where RE2's native module could not be loaded: what brings it, for how knell was installed. Where its package is
 * there, its install script was not run or has built it for another Node; npm takes it away where that script has failed.
 *
 * @param root the folder of knell's package.json
 */
export function slowerEngine(root: string = PACKAGE_ROOT): string {
  const slower = "patterns run in JavaScript, which is slower, because re2's native module is not there for this Node";
  if (root.split(sep).includes('.pnpm')) return `${slower}; running re2's install script brings it`;
  const folder = projectOf(root);
  if (hasPackage(root)) {
    return `${slower}; ${folder === undefined ? '`npm rebuild --global re2`' : `\`npm rebuild re2\` in ${folder}`} brings it`;
  }
  const again =
    folder === undefined ? 'installing knell again, without --omit=optional,' : `\`npm install\` in ${folder}`;
  return `${slower}; ${again} brings it, with python3, make and g++ where there is no binary for this machine`;
}

/** The checkout, or the project whose package knell is; undefined where it is installed for the whole system. */
function projectOf(root: string): string | undefined {
  if (basename(dirname(root)) !== 'node_modules') return root;
  const folder = dirname(dirname(root));
  // npm writes one into each project, and none into the folder of its global packages.
  return existsSync(join(folder, 'package.json')) ? folder : undefined;
}

function hasPackage(root: string): boolean {
  try {
    createRequire(join(root, 'package.json')).resolve('re2/package.json');
    return true;
  } catch {
    return false;
  }
}
