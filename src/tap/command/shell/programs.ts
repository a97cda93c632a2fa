const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/**
 * Programs that only read or reshape what they are given: behind a failed agent they do no work, and in a substitution, which keeps
 * what they print, they say nothing, since their errors quote no other program.
 */
export const QUIET_PROGRAMS: ReadonlySet<string> = new Set(
  words(`cat echo printf pwd date dirname basename realpath readlink mktemp head tail tee logger sed grep egrep fgrep rg awk gawk
    tr cut sort uniq wc jq yq ls seq id whoami hostname uname nproc cygpath which column fold fmt nl rev tac paste comm expr
    env printenv stat file du df tput stty clear sha256sum md5sum base64 xxd od getent groups arch tty true false test sleep`),
);

/** Programs that tidy up: behind a failed agent they do no work. */
export const TIDY_PROGRAMS: ReadonlySet<string> = new Set(words('rm rmdir kill pkill killall sync umount'));

/** Programs that do work, and start no agent. */
export const ORDINARY_PROGRAMS: ReadonlySet<string> = new Set(
  words(`git gh glab hub svn hg npm yarn pnpm bun corepack pip pip3 poetry pipenv uv conda mamba cargo rustc rustup go gcc g++ cc clang
    cmake ninja meson mvn gradle javac dotnet bundle gem composer apt apt-get apk dnf yum pacman brew curl wget tar unzip zip gzip
    gunzip xz rsync scp sftp cp mv ln install touch mkdir chmod chown chgrp patch diff cmp dd split aws gcloud az terraform
    helm psql mysql redis-cli sqlite3 systemctl service journalctl ssh-add ssh-keygen ssh-keyscan ssh-agent gpg gpg-agent openssl
    tsc eslint prettier biome jest vitest pytest tox ruff black mypy mount useradd usermod groupadd adduser su-exec Xvfb
    dbus-daemon find xargs nvm fnm mise asdf direnv update-ca-certificates locale-gen setfacl xset xhost docker-compose loginctl`),
);

/** Of the programs that may start others, the words behind which they do. */
export const STARTING_WORDS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [
    ['npm', 'exec x run run-script rum urn start stop test t tst restart init create'],
    ['pnpm', 'exec dlx run start test create'],
    ['yarn', 'exec dlx run start test create'],
    ['bun', 'x run test create'],
    ['git', 'bisect rebase submodule filter-branch difftool mergetool hook'],
    ['cargo', 'run'],
    ['go', 'run generate'],
    ['uv', 'run tool'],
    ['poetry', 'run'],
    ['pipenv', 'run'],
    ['conda', 'run'],
    ['mamba', 'run'],
    ['bundle', 'exec'],
    ['dotnet', 'run'],
    ['find', '-exec -execdir -ok -okdir'],
  ].map(([name, verbs]) => [name as string, new Set(words(verbs as string))]),
);

/** Programs that start a command once for each thing they are given, or again and again. */
export const REPEATERS: ReadonlySet<string> = new Set(
  words('xargs parallel find retry watch entr nodemon concurrently'),
);

/** Programs that run a command where the tap sees none of its processes, and the words behind which they do. */
export const ELSEWHERE: ReadonlyMap<string, readonly string[]> = new Map([
  ['docker', ['run', 'exec', 'compose']],
  ['podman', ['run', 'exec', 'compose']],
  ['nerdctl', ['run', 'exec', 'compose']],
  ['kubectl', ['run', 'exec', 'debug']],
  ['lxc', ['exec']],
  ['ssh', []],
]);

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
