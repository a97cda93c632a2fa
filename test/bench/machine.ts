import { spawnSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** How many processes wanted to run in the minute before. */
  readonly load: number;
  readonly node: string;
  readonly v8: string;
  readonly re2: string;
  readonly ripgrep: string | undefined;
  readonly hyperscan: string | undefined;
  readonly natsServer: string | undefined;
}

export function describeMachine(re2Version: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    node: process.versions.node,
    v8: process.versions.v8,
    re2: re2Version,
    ripgrep: firstLine('rg', ['--version']),
    natsServer: firstLine('nats-server', ['--version']),
    hyperscan: firstLine('pkg-config', ['--modversion', 'libhs']),
  };
}

function firstLine(command: string, args: readonly string[]): string | undefined {
  // Debian puts servers where only root looks.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', env });
  return status === 0 ? stdout.split('\n')[0] : undefined;
}
