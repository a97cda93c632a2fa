import { readOptions } from '../program-options.ts';
import { baseName } from '../shell-call.ts';

/** What a program starts of its own words: a command behind some of them, or a shell's line. */
export type Started = { readonly words: readonly string[] } | { readonly line: string };

/** ssh(1). */
const SSH_VALUED = new Set([...'BbcDEeFIiJLlmOopQRSWw'].map((letter) => `-${letter}`));

/** Options of `docker`, `docker compose`, `exec` and `run` that take no value: all others do, or are read so. */
const DOCKER_FLAGS = new Set(
  `-d -D -i -P -q -t -T --all-resources --build --compatibility --debug --detach --disable-content-trust --dry-run --init
    --interactive --latest --no-deps --no-healthcheck --no-TTY --no-tty --oom-kill-disable --privileged --publish-all --quiet
    --quiet-build --quiet-pull --read-only --remove-orphans --rm --service-ports --sig-proxy --tls --tlsverify --tty
    --use-aliases --verbose`
    .trim()
    .split(/\s+/),
);

/**
 * What a program starts where the tap sees none of its processes, behind its own options and the host, container or image, whatever
 * that is called: `docker exec -u claude box bash -c …`. `unclear` where the command can't be told from those; undefined where it names none.
 */
export function elsewhereCommand([program = '', ...words]: readonly string[]): Started | 'unclear' | undefined {
  const name = baseName(program);
  if (name === 'ssh') return sshLine(words);
  if (/^(?:docker|podman|nerdctl)(?:-compose)?$/.test(name)) return containerCommand(words);
  const end = words.indexOf('--');
  if (end !== -1 && end < words.length - 1) return { words: words.slice(end + 1) };
  return words.some((word) => word === 'exec' || word === 'run') ? 'unclear' : undefined;
}

/** The host's shell is given all words behind the host as one line. */
function sshLine(words: readonly string[]): Started | undefined {
  const own = (some: readonly string[]) => readOptions(some, (option) => SSH_VALUED.has(option)).rest;
  const line = own(own(words).slice(1));
  return line.length === 0 ? undefined : { line: line.join(' ') };
}

function containerCommand(words: readonly string[]): Started | 'unclear' | undefined {
  const own = (some: readonly string[]) => readOptions(some, (option) => !DOCKER_FLAGS.has(option)).rest;
  let [verb, ...rest] = own(words);
  if (verb === 'compose' || verb === 'container') [verb, ...rest] = own(rest);
  if (verb !== 'exec' && verb !== 'run') return undefined;
  const [, ...command] = own(rest);
  if (command.length > 0 && !command[0]?.startsWith('-')) return { words: command };
  // An image has a command of its own, which may be given more words.
  return verb === 'run' ? undefined : 'unclear';
}
