// The incident that knell was made for, with real processes and a real NATS server. See README.md.
//   node demo.js [--keep]
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rulesFrom } from '../cli/load-packs.ts';
import { createSubjects } from '../contracts/subjects.ts';
import { createLogger } from '../logging/logger.ts';
import { connectNats } from '../nats/connection.ts';
import { startEmbeddedServer } from '../nats/embedded-server.ts';
import { ensureStreams } from '../nats/ensure-streams.ts';
import { PACKAGE_ROOT } from '../service/package-root.ts';
import { CAST, TIMEOUT_S } from './cast.ts';
import { dispatchLater } from './dispatch-later.ts';
import { errorTexts } from './error-texts.ts';
import { judge } from './judge.ts';
import { endAll, playRole } from './play-role.ts';
import { createTimeline } from './timeline.ts';
import { watchFleet } from './watch-fleet.ts';

if (process.argv.slice(2).some((word) => word !== '--keep')) {
  const isHelp = process.argv.some((word) => word === '--help' || word === '-h');
  const usage =
    'The incident that knell was made for, with real processes: npm run demo [-- --keep]\n\n--keep  leave the service running, until Ctrl-C\n';
  (isHelp ? process.stdout : process.stderr).write(usage);
  process.exit(isHelp ? 0 : 2);
}

const KNELL = join(PACKAGE_ROOT, 'dist', 'main.cjs');
const keep = process.argv.includes('--keep');
const timeline = createTimeline(process.stdout);
const { colours } = timeline;
const work = await mkdtemp(join(tmpdir(), 'knell-demo-'));
const server = await startEmbeddedServer();
const service = spawn(process.execPath, [KNELL, 'serve', '--nats', server.url], {
  stdio: ['ignore', 'ignore', 'pipe'],
  env: { ...process.env, NATS_URL: server.url },
});
let serviceLog = '';
service.stderr.setEncoding('utf8').on('data', (text: string) => {
  serviceLog = (serviceLog + text).slice(-20_000);
});
const serviceEnded = new Promise<void>((resolve) => service.once('exit', () => resolve()));

let isLeaving = false;
/** Ends all that was started, once. */
const ends = async (code: number): Promise<void> => {
  if (isLeaving) return await new Promise<never>(() => undefined);
  isLeaving = true;
  await endAll();
  service.kill('SIGTERM');
  await serviceEnded;
  await server.stop();
  await rm(work, { recursive: true, force: true });
  process.exit(code);
};
process.once('SIGINT', () => void ends(130));
process.once('SIGTERM', () => void ends(143));
process.once('SIGHUP', () => void ends(129));
// Nobody reads any more, as under `head`.
process.stdout.on('error', () => void ends(0));

try {
  const texts = errorTexts(await rulesFrom());
  const textsFile = join(work, 'error-texts.json');
  await writeFile(textsFile, JSON.stringify(texts));
  const connection = await connectNats({
    login: { servers: [`127.0.0.1:${server.port}`] },
    name: 'knell-demo',
    log: createLogger('silent'),
  });
  const subjects = createSubjects();
  await ensureStreams(connection, subjects);
  await untilListening();

  timeline.plain(colours.bold('\nA subscription token expires. Four agents are at work:\n'));
  for (const { run, subscription, story } of CAST)
    timeline.plain(`  ${run.agent.padEnd(7)} on ${subscription}: ${story}`);
  timeline.plain('');
  const fleet = watchFleet(connection, subjects, timeline);
  const endings = await Promise.all(
    CAST.map((role) => playRole(role, { knell: KNELL, natsUrl: server.url, textsFile, work, timeline })),
  );
  await fleet.untilAcknowledged(CAST.filter(({ fate }) => fate === 'ended').map(({ run }) => run));
  await fleet.stop();

  const flowed = await dispatchLater(connection, { knell: KNELL, natsUrl: server.url, textsFile, work, timeline });
  const verdicts = [...judge(endings, fleet), ...flowed];
  timeline.plain('');
  for (const { agent, right, text } of verdicts) {
    timeline.plain(`${right ? colours.green('✓') : colours.red('✗')} ${agent.padEnd(7)} ${text}`);
  }
  const saved = endings.filter(({ role }) => role.fate === 'ended').map(({ tookMs }) => TIMEOUT_S - tookMs / 1_000);
  const total = Math.round(saved.reduce((sum, seconds) => sum + seconds, 0));
  timeline.plain(
    `\n${colours.bold(`${total} slot seconds saved`)}: ${saved.length} hanging runs would each have held a slot for ${TIMEOUT_S} s.`,
  );
  timeline.plain(
    `The healthy run quoted ${texts.length} error texts in prose and in tool output, and was left alone.\n`,
  );
  const right = verdicts.every((verdict) => verdict.right);
  if (!right) timeline.plain(`Something did not come true. The service said:\n${serviceLog}`);
  if (keep) {
    timeline.plain(
      `The service goes on: NATS_URL=${server.url}. Try: NATS_URL=${server.url} node dist/main.cjs runs list\nCtrl-C ends it.`,
    );
    await new Promise<never>(() => undefined);
  }
  await connection.close();
  await ends(right ? 0 : 1);
} catch (error) {
  if (!isLeaving) process.stderr.write(`demo: ${(error as Error).stack}\n`);
  await ends(1);
}

/** Settles when the service has said that it listens. */
async function untilListening(): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      if (serviceLog.includes('knell is listening')) resolve();
    };
    service.stderr.on('data', look);
    void serviceEnded.then(() => reject(new Error(`the service did not start:\n${serviceLog}`)));
    look();
  });
}
