import { spawn } from 'node:child_process';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where agent CLIs are kept, below the project; git ignores it. */
export const AGENTS_FOLDER = '.knell/agents';

export interface InstalledAgent {
  readonly version: string;
  /** The folder that holds its `node_modules`. */
  readonly folder: string;
  /** Absolute path of the program. */
  readonly program: string;
}

export interface AgentPackage {
  readonly runtime: string;
  readonly package: string;
  readonly bin: string;
  readonly buildsPackages?: readonly string[];
}

const folderOf = (projectRoot: string, runtime: string, version: string) =>
  resolve(projectRoot, AGENTS_FOLDER, `${runtime}@${version}`);

const programOf = (folder: string, bin: string) => join(folder, 'node_modules', '.bin', bin);

/** The agent CLI of that version in the cache, or undefined where it is not installed. Asks no registry. */
export async function findAgent(
  projectRoot: string,
  agent: Pick<AgentPackage, 'runtime' | 'bin'>,
  version: string,
): Promise<InstalledAgent | undefined> {
  const folder = folderOf(projectRoot, agent.runtime, version);
  const program = programOf(folder, agent.bin);
  try {
    await access(program);
    return { version, folder, program };
  } catch {
    return undefined;
  }
}

/** Versions of a runtime in the cache, oldest first. */
export async function cachedVersions(projectRoot: string, runtime: string): Promise<string[]> {
  const names = await readdir(resolve(projectRoot, AGENTS_FOLDER)).catch(() => [] as string[]);
  return names
    .filter((name) => name.startsWith(`${runtime}@`))
    .map((name) => name.slice(runtime.length + 1))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/**
 * Installs an agent CLI from npm into the cache, unless it is there. Only its own install scripts are run.
 *
 * @throws {Error} with code `AGENT_INSTALL_FAILED` and npm's last words
 */
export async function installAgent(projectRoot: string, agent: AgentPackage, version: string): Promise<InstalledAgent> {
  const found = await findAgent(projectRoot, agent, version);
  if (found) return found;
  const folder = folderOf(projectRoot, agent.runtime, version);
  await mkdir(folder, { recursive: true });
  const mayBuild = [agent.package, ...(agent.buildsPackages ?? [])];
  const manifest = { private: true, allowScripts: Object.fromEntries(mayBuild.map((name) => [name, true])) };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const { code, output } = await npm(['install', '--no-audit', '--no-fund', `${agent.package}@${version}`], folder);
  const installed = await findAgent(projectRoot, agent, version);
  if (code === 0 && installed) return installed;
  throw Object.assign(
    new Error(`npm could not install ${agent.package}@${version} into ${folder}:\n${output.trim().slice(-2_000)}`),
    { code: 'AGENT_INSTALL_FAILED' },
  );
}

function npm(args: string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((done, reject) => {
    const child = spawn('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (text: string) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => done({ code, output }));
  });
}
