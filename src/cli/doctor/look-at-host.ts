import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { patternEngine } from '../../patterns/pattern-engine.ts';
import { KNOWN_AGENTS } from '../../tap/command/known-agents.ts';
import { systemProcessTable } from '../../tap/process/process-table.ts';
import { canGroupRuns, UNGROUPED } from '../../tap/process/run-cgroup.ts';
import { slowerEngine } from '../slower-engine.ts';
import { type Check, ok, warning } from './check.ts';

/** What a tap may keep in a file while the server is away, in bytes: the default of `--spool-mb`. */
const SPOOL_BYTES = 256 * 1024 * 1024;

/** What a tap and the engine can do on this host. */
export function lookAtHost(env: NodeJS.ProcessEnv): readonly Check[] {
  const engine = patternEngine().name;
  return [
    engine === 're2js' ? warning('patterns', slowerEngine()) : ok('patterns', `run in ${engine}, natively`),
    treeCheck(),
    groupCheck(),
    spoolCheck(),
    agentsCheck(env.PATH ?? ''),
  ];
}

/** Silence proves nothing where the tap can't see what an agent's processes do: see ARCHITECTURE.md, decision 11. */
function treeCheck(): Check {
  const own = systemProcessTable().entry(process.pid);
  if (own) return ok('tap', `sees the processes of an agent (${process.platform})`);
  const then = 'what an agent says on shared channels is then confirmed by its exit only';
  return warning('tap', `can't see processes here: mount /proc, or install ps; ${then}`);
}

/** Only the kernel knows what an agent has started that hides: see SECURITY.md. */
function groupCheck(): Check {
  return canGroupRuns()
    ? ok('abort', 'ends all that a run has started, by a control group of its own')
    : warning('abort', UNGROUPED);
}

function spoolCheck(): Check {
  const folder = tmpdir();
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (free >= SPOOL_BYTES) return ok('spool', `${folder} has room for what waits while the server is away`);
    const message = `${folder} has ${Math.floor(free / 1e6)} MB left for output that waits while the server is away: make room, or name another with --spool-dir`;
    return warning('spool', message);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return warning('spool', `a tap can't keep output in ${folder} (${code}): name another folder with --spool-dir`);
  }
}

function agentsCheck(path: string): Check {
  const found = KNOWN_AGENTS.flatMap(({ programs }) => programs.filter((program) => isOnPath(program, path)));
  if (found.length > 0) return ok('agents', `on the PATH: ${found.join(', ')}`);
  return ok('agents', 'none that knell knows by name is on the PATH; any command can be tapped');
}

function isOnPath(program: string, path: string): boolean {
  return path
    .split(delimiter)
    .filter(Boolean)
    .some((folder) => {
      try {
        const file = join(folder, program);
        accessSync(file, constants.X_OK);
        // A folder may be entered, which is the same right.
        return statSync(file).isFile();
      } catch {
        return false;
      }
    });
}
