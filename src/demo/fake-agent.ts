// One of the demo's agents: a real process that prints what such an agent prints, and then does what it would do.
//   node fake-agent.js <part> <file with error texts> <file to write process ids to>
import { spawn } from 'node:child_process';
import { appendFile, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { claudeLine } from './claude-line.ts';

const [part = '', file = '', pidsFile = ''] = process.argv.slice(2);

const HOUR_MS = 3_600_000;
const EXPIRED = 'Failed to authenticate. API Error: 401 OAuth token has expired. Re-authenticate to continue.';

const say = (...lines: string[]): void => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
};

/** A helper process that outlives a mere kill of the agent: it ignores SIGINT and SIGTERM and holds the pipe. */
async function startStubbornHelper(): Promise<void> {
  const script = "process.on('SIGINT',()=>{});process.on('SIGTERM',()=>{});setInterval(()=>{},1000)";
  const helper = spawn(process.execPath, ['-e', script], { stdio: 'inherit', detached: true });
  helper.unref();
  await appendFile(pidsFile, `${helper.pid}\n`);
}

/** As an agent that hangs does: nothing more, for an hour. */
const hang = (): Promise<void> => sleep(HOUR_MS);

const PARTS: Record<string, (file: string) => Promise<void>> = {
  async 'fails-fast'() {
    say(claudeLine.init());
    await sleep(300);
    say(claudeLine.synthetic(EXPIRED), claudeLine.failed(EXPIRED));
    process.exitCode = 1;
  },
  async 'retries-then-hangs'() {
    await startStubbornHelper();
    say(claudeLine.init());
    await sleep(400);
    say(claudeLine.retry401(1, 508));
    await sleep(500);
    say(claudeLine.retry401(2, 1_100));
    await hang();
  },
  async 'banner-then-hangs'() {
    say(claudeLine.init());
    await sleep(500);
    say(claudeLine.synthetic('Login expired · Please run /login'));
    await hang();
  },
  async works() {
    say(claudeLine.init(), claudeLine.says('A small piece of work.'));
    await sleep(200);
    say(claudeLine.succeeded('Done.'));
  },
  async healthy(file) {
    const texts = JSON.parse(await readFile(file, 'utf8')) as string[];
    say(claudeLine.init(), claudeLine.says('I will read the incident report and look for each of its error texts.'));
    for (const text of texts) {
      say(claudeLine.says(`The report quotes this line: ${text}`));
      say(...claudeLine.uses(`grep -rF ${JSON.stringify(text)} logs/`, `logs/agent.log:${text}\n${text}`));
      await sleep(1);
    }
    say(claudeLine.succeeded(`Read the report: ${texts.length} error texts, all of them quoted, none of them mine.`));
  },
};

const play = PARTS[part];
if (!play) throw new Error(`there is no part "${part}": it is one of ${Object.keys(PARTS).join(', ')}`);
await appendFile(pidsFile, `${process.pid}\n`);
await play(file);
