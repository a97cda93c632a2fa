/** A program around another one: the options of its own that take a value, and how many words of its own follow them. */
interface Wrapper {
  readonly valued?: readonly string[];
  readonly operands?: number;
}

/** Programs that run the command that their arguments are. */
export const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  env: { valued: ['-u', '--unset', '-C', '--chdir'] },
  timeout: { valued: ['-k', '--kill-after', '-s', '--signal'], operands: 1 },
  gtimeout: { valued: ['-k', '--kill-after', '-s', '--signal'], operands: 1 },
  stdbuf: { valued: ['-i', '-o', '-e', '--input', '--output', '--error'] },
  nice: { valued: ['-n', '--adjustment'] },
  ionice: { valued: ['-c', '-n', '-p', '--class', '--classdata'] },
  // https://www.sudo.ws/docs/man/sudo.man/
  sudo: {
    valued: [
      '-u',
      '-g',
      '-h',
      '-p',
      '-C',
      '-D',
      '-R',
      '-T',
      '-r',
      '-t',
      '-U',
      '-a',
      '-c',
      '--user',
      '--group',
      '--host',
    ].concat([
      '--prompt',
      '--chdir',
      '--chroot',
      '--close-from',
      '--command-timeout',
      '--role',
      '--type',
      '--other-user',
    ]),
  },
  doas: { valued: ['-u', '-C', '-a'] },
  time: { valued: ['-f', '-o', '--format', '--output'] },
  nohup: {},
  proxychains: { valued: ['-f'] },
  proxychains4: { valued: ['-f'] },
  firejail: {},
  'systemd-inhibit': { valued: ['--what', '--who', '--why', '--mode'] },
  'ssh-agent': { valued: ['-a', '-t', '-E', '-P'] },
  setsid: {},
  unbuffer: {},
  exec: { valued: ['-a'] },
  command: {},
  tini: { valued: ['-p', '-e'] },
  'dumb-init': { valued: ['-r', '--rewrite'] },
  // xvfb-run(1): `-a` takes none.
  'xvfb-run': {
    valued: [
      '-e',
      '-f',
      '-n',
      '-p',
      '-s',
      '-w',
      '--error-file',
      '--auth-file',
      '--server-num',
      '--xauth-protocol',
    ].concat(['--server-args', '--wait']),
  },
  caffeinate: { valued: ['-t', '-w'] },
  chronic: {},
  flock: { valued: ['-w', '--timeout', '--wait', '-E', '--conflict-exit-code'], operands: 1 },
  taskset: { operands: 1 },
  chrt: { valued: ['-T', '-P', '-D'], operands: 1 },
  prlimit: {},
  busybox: {},
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  's6-setuidgid': { operands: 1 },
  chpst: { valued: ['-u', '-U', '-b', '-e', '-/', '-n', '-l', '-L', '-m', '-d', '-o', '-p', '-f', '-c', '-r', '-t'] },
  runuser: { valued: ['-u', '-g', '-G', '-s', '--user', '--group', '--supp-group', '--shell'] },
  setpriv: {
    valued: [
      '--reuid',
      '--ruid',
      '--euid',
      '--regid',
      '--rgid',
      '--egid',
      '--groups',
      '--pdeathsig',
      '--securebits',
    ].concat(['--inh-caps', '--ambient-caps', '--bounding-set', '--selinux-label', '--apparmor-profile']),
  },
  unshare: { valued: ['-S', '-G', '-R', '-w', '--setuid', '--setgid', '--root', '--wd'] },
  strace: { valued: ['-a', '-b', '-e', '-E', '-I', '-o', '-O', '-p', '-P', '-s', '-S', '-u', '-U', '-X'] },
  'systemd-run': {
    valued: [
      '-u',
      '-p',
      '-E',
      '-H',
      '-M',
      '--unit',
      '--property',
      '--setenv',
      '--host',
      '--machine',
      '--description',
    ].concat(['--slice', '--uid', '--gid', '--nice', '--working-directory', '--service-type']),
  },
  // `direnv exec FOLDER command…`
  direnv: { operands: 2 },
};

/** Programs that fetch a package and run it, with the words between their name and the package's. */
export const RUNNERS: Readonly<
  Record<string, { readonly words: readonly string[][]; readonly valued: readonly string[] }>
> = {
  npx: { words: [[]], valued: ['-p', '--package', '-c', '--call', '-w', '--workspace'] },
  pnpx: { words: [[]], valued: ['-p', '--package'] },
  bunx: { words: [[]], valued: ['-p', '--package'] },
  npm: { words: [['exec'], ['x']], valued: ['-p', '--package', '-c', '--call', '-w', '--workspace'] },
  pnpm: { words: [['dlx'], ['exec']], valued: ['--package'] },
  yarn: { words: [['dlx'], ['exec'], ['run']], valued: ['-p', '--package'] },
  bun: { words: [['x']], valued: [] },
  uvx: { words: [[]], valued: ['--from', '--with', '--python', '-p'] },
  uv: { words: [['tool', 'run'], ['run']], valued: ['--from', '--with', '--python', '-p'] },
  poetry: { words: [['run']], valued: [] },
  pipx: { words: [['run']], valued: ['--spec', '--python'] },
  volta: { words: [['run']], valued: ['--node', '--npm', '--yarn'] },
};

/** Programs that run, in an environment of their own, the command behind `--` or one of these options, or the line of another one. */
export const ENVIRONMENTS: Readonly<
  Record<
    string,
    { readonly verbs: readonly string[]; readonly before: readonly string[]; readonly lines?: readonly string[] }
  >
> = {
  mise: { verbs: ['exec', 'x'], before: ['--'], lines: ['-c', '--command'] },
  op: { verbs: ['run'], before: ['--'] },
  doppler: { verbs: ['run'], before: ['--'], lines: ['--command'] },
  dotenvx: { verbs: ['run'], before: ['--'] },
  infisical: { verbs: ['run'], before: ['--'], lines: ['--command'] },
  'aws-vault': { verbs: ['exec'], before: ['--'] },
  nix: { verbs: ['develop', 'shell'], before: ['-c', '--command'], lines: ['--command'] },
};
