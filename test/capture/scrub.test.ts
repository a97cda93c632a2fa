import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createScrubber } from './scrub.ts';

const scrub = createScrubber({
  folders: { '/tmp/run-Ab1': '/srv', '/tmp/run-Ab1/app': '/srv/app', '/tmp/run-Ab1/home': '/home/dev' },
  providerPort: 43_117,
  hostName: 'grinder-7',
});

describe('the scrubber', () => {
  it.each([
    ['a folder', 'cwd /tmp/run-Ab1/app now', 'cwd /srv/app now'],
    ['a file in a folder', '/tmp/run-Ab1/home/.claude/x.json', '/home/dev/.claude/x.json'],
    ['the folder that holds the others', '"/tmp/run-Ab1"', '"/srv"'],
    ['a folder inside JSON', '{"cwd":"/tmp/run-Ab1/app"}', '{"cwd":"/srv/app"}'],
    ['a folder as part of a file name', '~/projects/-tmp-run-Ab1-app/memory', '~/projects/-srv-app/memory'],
    ['the stub', 'POST http://127.0.0.1:43117/v1/messages', 'POST https://llm.example.com/v1/messages'],
    ['the stub without a scheme', 'connect ECONNREFUSED 127.0.0.1:43117', 'connect ECONNREFUSED llm.example.com'],
    ['the stub by name', 'http://localhost:43117/', 'https://llm.example.com/'],
    ['the host name', 'dev@grinder-7:~$', 'dev@build-host:~$'],
    [
      'a login code',
      'visit https://x/cli-login?authToken=de6c67&a=1',
      'visit https://x/cli-login?authToken=one-time-code&a=1',
    ],
    ['node itself', `${dirname(process.execPath)}/node --test`, '/usr/bin/node --test'],
  ])('takes out %s', (_what, printed, expected) => {
    expect(scrub(printed)).toBe(expected);
  });

  it.each([
    ['another folder with the same beginning', '/tmp/run-Ab1x/app'],
    ['another port', 'http://127.0.0.1:431170/ and 127.0.0.1:80'],
    ['a longer host name', 'grinder-70 and my-grinder-7'],
    ['what looks like a replacement pattern', "$& $1 $$ $'"],
  ])('leaves %s as it is', (_what, printed) => {
    expect(scrub(printed)).toBe(printed);
  });

  it('does not look for a host name so short that words contain it', () => {
    expect(createScrubber({ folders: {}, hostName: 'ci' })('ci: all green')).toBe('ci: all green');
  });
});
