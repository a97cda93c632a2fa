import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface TapBuild {
  /** The `knell` program. */
  readonly entry: string;
  remove(): void;
}

/** Bundles the sources as they are now, inside the repository so that dependencies are found. */
export function buildTap(): TapBuild {
  mkdirSync(join(ROOT, '.knell'), { recursive: true });
  const outDir = mkdtempSync(join(ROOT, '.knell/tap-'));
  const bundle = `import { bundleAll } from './build/bundle.js'; await bundleAll(process.cwd(), ${JSON.stringify(outDir)})`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', bundle], { cwd: ROOT, stdio: 'inherit' });
  return { entry: join(outDir, 'main.cjs'), remove: () => rmSync(outDir, { recursive: true, force: true }) };
}

export interface TapProcess {
  readonly child: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Settles when standard output contains this. */
  printed(text: string): Promise<void>;
  /** Exit code, or the name of the signal. */
  readonly exited: Promise<number | string>;
}

/** Starts `knell tap` as a process of its own. Its standard input is the agent's. */
export function startTap(build: TapBuild, args: readonly string[], env: NodeJS.ProcessEnv = {}): TapProcess {
  const { NATS_URL: _, ...own } = process.env;
  const child = spawn(process.execPath, [build.entry, 'tap', ...args], { env: { ...own, ...env } });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return {
    child,
    stdout: () => out,
    stderr: () => err,
    async printed(text) {
      while (!out.includes(text)) await once(child.stdout, 'data');
    },
    exited: once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string),
  };
}
