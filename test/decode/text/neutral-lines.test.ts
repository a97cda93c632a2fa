import { expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { goesWell, isHelp, isNeutral } from '../../../src/decode/text/neutral-lines.ts';

it.each([
  '.',
  'Total cost:            $0.00',
  'Blocked command: npm ci',
  'Trajectory saved to /out/a.traj',
  'tokens used',
  'No such file or directory (os error 2)',
  '30',
  '##[error]Process completed with exit code 1.',
  'Node.js v22.11.0',
  '    at main (file:///a.js:1:2)',
  'Request ID: req_011',
  'https://example.com/login',
  'Learn more: see the docs',
  '- Use /clear to clear the chat history.',
  "code: 'ECONNREFUSED',",
  'CommaExpected at line 3, column 3',
  'make: *** [agent] Error 1',
  'npm ERR! code 1',
  'Shell cwd was reset to /srv/shop',
  'status=1 tokens=0',
  '== agent output end ==',
  'Changes   +41 -7',
  'Killed',
  '$ echo $?',
  '- /usr/lib/node_modules/agent/index.js',
  'Require stack:',
  '**Last agent output:**',
  '    Ready:          False',
  '[Pipeline] // node',
  'operable program or batch file.',
  'Grund: Das Abonnement ist zu Ende.',
  'Причина: нет денег на счёте',
  '原因：余额不足',
  'dev@host:~/src$',
  'real\t0m3.2s',
  '98% context left',
  '? for shortcuts',
  'ctrl+t to see it all',
  'Please open one of the GitHub issues of it.',
  'Use the following:',
  "+ echo 'agent finished with 1'",
  'agent finished with 1',
  '0 succeeded, 1 failed, 0 running',
  '(Europe/Vienna)',
  '➜  notes git:(main) ✗',
  'Task agents.tasks.run[22ce] raised unexpected: OverloadedError',
  'Normal   Killing  agent-7  Stopping container agent',
  'REPORT RequestId: 1f0c Duration: 88121.10 ms',
  "During task with name 'agent' and id '5b7f'",
])('%s says nothing of the run', (line) => {
  expect(isNeutral(shapeLine(line))).toBe(true);
});

it.each([
  "Reason: the fixture still holds last year's key, so the test was adapted.",
  'Details: the suite used a stale fixture, and the branch has a new one.',
  'Grund: Im Test stand der alte Schlüssel.',
  'Result: the key is refused by the service here.',
  '[Pipelines] run by hand here',
  'dev@host wrote to the list of it',
  'realised in a day',
  'half of the context is left',
  'The program is operable',
  '    Ready:          True',
  '**The output of the agent is above:**',
  'turn 9: reading docs/plan.md',
  'run 9 continues on lane B',
  'INFO routed to key alias: b',
])('%s is more than that', (line) => {
  expect(isNeutral(shapeLine(line))).toBe(false);
});

it.each([
  'Task completed successfully',
  'account c is active',
  'profile bot: logged in',
  'The registry refuses it, so the mirror is used',
  'connected',
  'step 4 ok',
])('%s is the run going on', (line) => {
  expect(isNeutral(shapeLine(line))).toBe(false);
});

it.each([
  'Run `claude login` to sign in again.',
  'Please check your API key.',
  'Check your network connection or the server URL and try again.',
  'Try rephrasing the request in a new session or change your model.',
  'If your browser does not open automatically, visit:',
  'Please fix the configuration file(s) and try again.',
  'The above exception was the direct cause of the following exception:',
])('a client advises: %s', (line) => {
  expect(isNeutral(shapeLine(line))).toBe(true);
});

it.each([
  'Run `claude login` to renew the token, then start the nightly job again.',
  'Please check your API key and run the integration tests once more.',
  'Check the workflow file, where the secret is read from the wrong scope.',
  'Set the variable in the CI settings and push the branch again.',
  'Use this banner as the fixture for the new test case.',
  'See the function `retry` in src/http.ts for how the delay is chosen.',
  'Note that the old key stays valid for one more hour.',
  'You can merge the pull request once the reviewer has signed off on the plan.',
  'To reproduce it, unset the token and call the endpoint twice.',
  'Location of the bug is the second branch of the switch.',
])('a model advises on its work, and goes on with it: %s', (line) => {
  const shape = shapeLine(line);
  expect([isNeutral(shape), isHelp(shape)]).toEqual([false, false]);
});

it('knows words of success, but not of an exit or a doubt', () => {
  expect(goesWell(shapeLine('healthcheck passed'))).toBe(true);
  expect(goesWell(shapeLine('recovered after 3 retries'))).toBe(true);
  expect(goesWell(shapeLine('Process completed with exit code 1.'))).toBe(false);
  expect(goesWell(shapeLine('not connected'))).toBe(false);
  expect(goesWell(shapeLine('[unit 7] codex: exit 0'))).toBe(true);
  expect(goesWell(shapeLine('INFO service=main exit=0 closing'))).toBe(true);
  expect(goesWell(shapeLine('agent exited with code 0'))).toBe(true);
  expect(goesWell(shapeLine('exited with code 0.5'))).toBe(false);
  expect(goesWell(shapeLine('exit code 01'))).toBe(false);
  expect(goesWell(shapeLine('build 12 is green'))).toBe(true);
  expect(goesWell(shapeLine('done (no reply)'))).toBe(false);
  expect(goesWell(shapeLine('done: outcome=provider_failure'))).toBe(false);
  expect(goesWell(shapeLine('3/3 quota ... Passed 0.03 sec'))).toBe(true);
});

it.each([
  'Your policy setting may be preventing access.',
  'or set the GH_TOKEN environment variable',
  'Paste your code here:',
  'it failed --verbose shows why',
])('%s helps', (line) => {
  expect(isHelp(shapeLine(line))).toBe(true);
});

it.each(["I'll renew your token now", 'The build uses the mirror of the registry since then'])(
  '%s does not',
  (line) => {
    expect(isHelp(shapeLine(line))).toBe(false);
  },
);
