/**
 * Programs that only read or reshape what they are given: behind a failed agent they do no work, and in a substitution, which keeps
 * what they print, they say nothing, since their errors quote no other program.
 */
export const QUIET_PROGRAMS: ReadonlySet<string> = new Set(
  ['cat', 'echo', 'printf', 'pwd', 'date', 'dirname', 'basename', 'realpath', 'readlink', 'mktemp', 'head'].concat(
    ['tail', 'tee', 'logger', 'sed', 'grep', 'tr', 'cut', 'sort', 'wc', 'jq', 'ls', 'seq', 'id', 'whoami', 'hostname'],
    ['uname', 'nproc'],
  ),
);
