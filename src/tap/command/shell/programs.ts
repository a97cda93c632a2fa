const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/**
 * Programs that only read or reshape what they are given: behind a failed agent they do no work, and in a substitution, which keeps
 * what they print, they say nothing, since their errors quote no other program.
 */
const QUIET_PROGRAMS: ReadonlySet<string> = new Set(
  words(`cat echo printf pwd date dirname basename realpath readlink mktemp head tail tee logger sed grep egrep fgrep rg awk gawk
    tr cut sort uniq wc jq yq ls seq id whoami hostname uname nproc cygpath which column fold fmt nl rev tac paste comm expr
    env printenv stat file du df tput stty clear sha256sum md5sum base64 xxd od getent groups arch tty true false test sleep`),
);

/** Programs that tidy up: behind a failed agent they do no work. */
const TIDY_PROGRAMS: ReadonlySet<string> = new Set(words('rm rmdir kill pkill killall sync umount'));

/** Programs that do work, and start no agent. */
const PLAIN_PROGRAMS: ReadonlySet<string> = new Set(
  words(`gh glab hub svn hg pip pip3 rustc rustup gcc g++ cc clang cmake ninja meson mvn gradle javac gem apt apt-get apk dnf
    yum pacman brew curl wget tar unzip zip gzip gunzip xz rsync scp sftp cp mv ln install touch mkdir chmod chown chgrp patch
    diff cmp dd split aws gcloud az terraform helm psql mysql redis-cli sqlite3 systemctl service journalctl ssh-add ssh-keygen
    ssh-keyscan ssh-agent gpg gpg-agent openssl tsc eslint prettier biome jest vitest pytest tox ruff black mypy mount
    useradd usermod groupadd adduser Xvfb dbus-daemon xargs find update-ca-certificates locale-gen setfacl xset xhost loginctl
    nc ncat dockerd redis-server mongod postgres mysqld`),
);

/** Programs of many kinds, and what of them starts no agent. */
const PLAIN_VERBS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [
    [
      'git',
      `add am apply archive blame branch bundle cat-file checkout cherry-pick clean clone commit config describe diff diff-tree
        fetch for-each-ref format-patch gc grep init lfs log ls-files ls-remote ls-tree merge merge-base mv notes pull push
        reflog remote repack reset restore rev-list rev-parse revert rm shortlog show show-ref sparse-checkout stash status switch
        symbolic-ref tag update-index update-ref version worktree credential`,
    ],
    [
      'npm',
      'install i ci add audit view config cache pack publish prune dedupe ls outdated update uninstall rebuild link',
    ],
    ['pnpm', 'install i add remove update prune fetch store config'],
    ['yarn', 'install add remove config cache set'],
    ['bun', 'install i add remove update pm'],
    ['cargo', 'build check test clippy fmt install update doc clean fetch'],
    ['go', 'build test mod get install vet fmt env clean version'],
    ['uv', 'sync pip venv lock add python cache self'],
    ['poetry', 'install lock add update build config env check'],
    ['pipenv', 'install sync lock'],
    ['conda', 'install create activate update env config info list'],
    ['mamba', 'install create activate update env'],
    ['bundle', 'install update config check'],
    ['dotnet', 'build restore test publish tool'],
    ['mise', 'install use ls env current activate plugins trust settings'],
    ['asdf', 'install local global plugin current list reshim'],
    ['fnm', 'install use ls list current default env'],
    ['nvm', 'install use ls current alias'],
    ['direnv', 'allow status reload'],
    [
      'docker',
      'build buildx pull push login logout ps images image tag inspect rm rmi stop kill logs volume network cp info version system',
    ],
    [
      'podman',
      'build pull push login logout ps images image tag inspect rm rmi stop kill logs volume network cp info version system',
    ],
    ['docker-compose', 'build pull push down ps logs stop rm config kill'],
    ['composer', 'install i update remove require show validate audit dump-autoload outdated'],
    ['corepack', 'enable disable prepare use up install pack hydrate cache'],
    ['kubectl', 'apply get delete logs describe rollout wait create config cp label annotate version'],
  ].map(([name, verbs]) => [name as string, new Set(words(verbs as string))]),
);

/** Programs that run what a command of theirs says, where one is there. */
export const RUNS_COMMAND = /^-(?:exec|execdir|ok|okdir)$/;

/** What of plain programs starts others, here or on another machine: a word, or the name of an option. */
const RUNS_OTHERS: ReadonlyMap<string, RegExp> = new Map([
  ['find', RUNS_COMMAND],
  ['split', /^--filter(?:=|$)/],
  ['gh', /^(?:copilot|codespace|cs|extensions?|ext|alias)$/],
  ['gcloud', /^(?:ssh|--command(?:=.*)?)$/s],
  ['aws', /^(?:ssm|execute-command|--command(?:=.*)?)$/s],
  ['az', /^(?:ssh|run-command|exec|invoke|--scripts?|--command)(?:$|=)/],
  ['tar', /^--(?:to-command|checkpoint-action|use-compress-program)(?:=|$)/],
]);

/** Whether a program is known to start no agent as it is called. */
export function isOrdinary([name = '', ...rest]: readonly string[]): boolean {
  if (PLAIN_PROGRAMS.has(name)) return !rest.some((word) => RUNS_OTHERS.get(name)?.test(word));
  const verbs = PLAIN_VERBS.get(name);
  if (!verbs) return false;
  const verb = rest.find(
    (word, at) => !word.startsWith('-') && !(name === 'git' && /^-[Cc]$/.test(rest[at - 1] ?? '')),
  );
  return verb === undefined || verbs.has(verb);
}

/** GNU's sed runs what `e` says: `1e claude -p x`, `s/a/b/e`. */
const SED_RUNS = /^(?!-)(?:.*(?:[;{\d$/])\s*|\s*)e(?:\s+\S|$)|^(?!-).*\/[gI\dpmw]*e[gI\dpmw]*$/s;

/** Whether a program only reads or reshapes what it is given, or tidies up. */
export function isQuiet([name = '', ...rest]: readonly string[]): boolean {
  if (name === 'sed' && rest.some((word) => SED_RUNS.test(word))) return false;
  if (/^g?awk$/.test(name) && rest.some((word) => /system\s*\(|getline|\|\s*"/.test(word))) return false;
  if (name === 'docker' || name === 'podman') return /^(?:rm|stop|kill)$/.test(rest[0] ?? '');
  if (name === 'git') return rest[0] === 'worktree' && /^(?:remove|prune)$/.test(rest[1] ?? '');
  return QUIET_PROGRAMS.has(name) || TIDY_PROGRAMS.has(name);
}

/** Programs that start a command once for each thing they are given, or again and again. */
export const REPEATERS: ReadonlySet<string> = new Set(
  words('xargs parallel find retry repeat watch entr nodemon concurrently'),
);

/** Programs that run a command where the tap sees none of its processes. */
export const ELSEWHERE: ReadonlySet<string> = new Set(
  words('docker podman nerdctl docker-compose podman-compose kubectl oc lxc incus ssh'),
);

/** Programs whose first words name files that they write; of the others, all that they may have written. */
export const WRITERS: ReadonlySet<string> = new Set(words('cp mv ln sed tee install'));
export const WRITES_ANY: ReadonlySet<string> = new Set(
  words('git svn hg tar unzip rsync scp sftp curl wget patch aws gcloud gh'),
);
/** What of git writes no file of the work. */
export const READS_ONLY: ReadonlySet<string> = new Set(
  words(
    'add commit push fetch status log diff show config remote branch tag rev-parse describe ls-files blame auth issue',
  ),
);

/** Programs that print what sets variables: `eval "$(ssh-agent)"`. */
export const PRINT_SETTINGS: ReadonlySet<string> = new Set(
  words(
    'ssh-agent direnv mise brew fnm pyenv rbenv nodenv asdf starship dircolors opam conda micromamba gpg-agent keychain zoxide aws',
  ),
);

/** Files that are sourced to set variables and define what is no agent. */
export const SETTINGS_FILE =
  /(?:^|\/)(?:nvm\.sh|activate|\.(?:bashrc|profile|bash_profile|zshrc|bash_aliases|nvmrc)|profile|bashrc|cargo\/env|\.?env(?:\.\w+)?|[\w.-]+\.env|os-release|environment)$/;
