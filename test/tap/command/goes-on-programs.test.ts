import { expect, test } from 'vitest';
import { readCommand } from '../../../src/tap/command/read-command.ts';
import { scriptsIn } from '../../support/script-files.ts';

const LINE = 'claude -p a || codex exec b';
const FILES = scriptsIn({
  './both.sh': `#!/bin/bash\n${LINE}\n`,
  './one.sh': '#!/bin/bash\nset -e\nclaude -p a\n',
  './jobs.txt': 'claude -p a\nclaude -p b\n',
  'package.json': JSON.stringify({ scripts: { agent: LINE, claude: LINE, preversion: LINE } }),
});
const reading = (command: readonly string[]) => readCommand(command, FILES);
/** Words are divided by blanks; `LINE` and what stands in quotes are one. */
const wordsOf = (text: string) =>
  [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain.replace('LINE', LINE));

test.each([
  'docker exec claude bash -c LINE',
  'docker exec -u claude box bash -lc LINE',
  'docker exec -w /home/claude box bash -c LINE',
  'docker exec -itu claude box bash -c LINE',
  'docker container exec --user claude box ./both.sh',
  'docker run --rm acme/claude sh -c LINE',
  'docker run --rm --name codex image bash -c LINE',
  'docker run --rm -v /home/claude:/home/claude image sh -c LINE',
  'docker --context claude run -e HOME=/home/claude image sh -c LINE',
  'docker compose run --rm test ./both.sh',
  'docker compose -f docker/compose.yml exec -T codex bash -c LINE',
  'docker exec --unheard-of box claude -p a',
  'podman run --name git image bash -c LINE',
  'timeout 600 docker exec codex sh -c LINE',
  'kubectl exec deploy/claude -- bash -c LINE',
  'kubectl exec pod -c codex -- sh -c LINE',
  'kubectl -n test exec pod -- sh -c LINE',
  'kubectl exec claude sh',
  'oc exec claude -- sh -c LINE',
  'lxc exec claude -- sh -c LINE',
  'ssh claude LINE',
  'ssh -l claude host LINE',
  'ssh test LINE',
  'ssh -o BatchMode=yes codex bash -lc \'"claude -p a || codex exec b"\'',
])('the host, container, image or user is no command, however it is named: %s', async (command) => {
  expect(await reading(wordsOf(command))).toMatchObject({ goesOn: 'commands' });
});

test.each([
  'docker exec -u node box claude -p a',
  'docker run --rm -v x:/x --name test image claude -p a',
  'docker compose run --rm claude claude -p a',
  'kubectl exec codex -- claude -p a',
  "ssh -l claude host 'claude -p a'",
])('nothing follows the only agent elsewhere: %s', async (command) => {
  expect((await reading(wordsOf(command))).goesOn).toBeUndefined();
});

test.each([
  'withretries -v claude -p a',
  'withretries --quiet ./one.sh',
  'bwrap --ro-bind / / --die-with-parent ./both.sh',
  'srun -N1 ./both.sh',
  'numactl --localalloc ./both.sh',
  'tool --run=./both.sh',
  "tool '--run=cd sub && ../both.sh'",
  "sops exec-env secrets 'cd sub && ../both.sh'",
  "heroku run './both.sh x'",
  'at now -f both.sh',
  "expect -c 'spawn ./both.sh'",
  'gh codespace ssh -c box -- LINE',
  "gcloud compute ssh vm '--command=claude -p a || codex exec b'",
  "az vm run-command invoke --scripts './both.sh x'",
  "aws ecs execute-command --command './both.sh x'",
  "split -l 50 '--filter=claude -p review' big.txt",
])('a program that is not known may run any word that may be a command, a script or a line: %s', async (command) => {
  expect((await reading(wordsOf(command))).goesOn).toBe('commands');
});

test.each([
  'sudo -iu claude bash -c LINE',
  'sudo -Hu claude ./both.sh',
  'sudo -T 60 -Hucodex ./both.sh',
  'doas -nu claude ./both.sh',
  'xvfb-run -a ./both.sh',
  'systemd-inhibit --who claude ./both.sh',
  'firejail --profile claude ./both.sh',
  'firejail --profile codex bash -c LINE',
  'script -qe --command=./both.sh log',
  'script -qc./both.sh log',
  'script -q log -c ./both.sh',
  'su -lc LINE agent',
  "su agent '--command=cd . && ./both.sh'",
  'runuser agent --command=./both.sh',
  'flock lock -cLINE',
  'npx --call=./both.sh',
  'npx -w web -c ./both.sh',
  'nix-shell -p x --run=./both.sh',
  'nix develop --command=./both.sh',
  'doppler run --command=./both.sh',
  "infisical run --command './both.sh && date'",
  "mise x node@22 -c 'cd . && ./both.sh'",
])('options in clusters, and with a glued value, are read: %s', async (command) => {
  expect((await reading(wordsOf(command))).goesOn).toBe('commands');
});

test('the user of a wrapper is not the agent', async () => {
  for (const wrapper of ['sudo -Hu', 'firejail --profile'])
    expect((await reading(wordsOf(`${wrapper} claude ./one.sh`))).agent).toBeUndefined();
  expect(await reading(wordsOf('sudo -EHu agent claude -p a --output-format stream-json'))).toEqual({
    agent: { runtime: 'claude-code', format: 'structured' },
    place: 'alone',
    isBehindShell: false,
  });
});

test.each([
  'npm -w web run agent',
  'npm run agent -w web',
  'npm --unheard-of web run agent',
  'pnpm --filter web agent',
  'pnpm --filter web run agent',
  'pnpm -F web agent',
  'pnpm -r agent',
  'yarn workspace web agent',
  'yarn workspace web run agent',
  'bun --filter web agent',
  'bun agent',
  'bun claude',
  'timeout 60 bun claude',
  'yarn run claude',
  'corepack pnpm run agent',
  'corepack yarn@4 agent',
  'composer run-script agent',
  'npm version patch',
])('the script of a package is told from what its runner is given: %s', async (command) => {
  expect((await reading(wordsOf(command))).goesOn).toBe('commands');
});

test.each([
  'set -e; pnpm install; claude -p a',
  "sed -n '/e/p; s/a/the end/' list; claude -p a",
  'set -e; corepack enable; composer install; npm -w web ci; claude -p a',
  'set -e; gh pr view; split -l 5 a; gcloud auth list; claude -p a',
  'set -e; retry 3 npm ci; retry --times 3 -- npm ci; claude -p a',
  "set -e; find a -exec grep -q x {} ';' -exec rm {} +; claude -p a",
])('steps that start no agent are known: %s', async (line) => {
  expect((await reading(['bash', '-c', line])).goesOn).toBeUndefined();
});

test.each([
  'parallel -a jobs.txt',
  'parallel -j1 < jobs.txt',
  'cat jobs.txt | parallel -j1',
  'parallel -j1 ::: "./one.sh a" "./one.sh b"',
  'concurrently "./one.sh a" "./one.sh b"',
  'watch -n60 "./one.sh x"',
  'ls | entr -s "./one.sh x"',
  'nodemon --exec "./both.sh x"',
  'retry --name test ./one.sh',
  "find claude -name '*.md' -exec ./both.sh {} +",
  "sed -n '1e claude -p a' list; codex exec b",
  "find . -exec grep -q x {} ';' -exec claude -p {} ';'",
  'sudo -i <<E\n./both.sh\nE',
  'ssh host <<E\nclaude -p a || codex exec b\nE',
])('a program that repeats commands, or a shell that reads them, runs those that it is given: %s', async (line) => {
  expect((await reading(['bash', '-c', line])).goesOn).toBe('commands');
});
