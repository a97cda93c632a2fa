#!/usr/bin/env node
// Runs the jobs of a file on a few slots, with knell watching:
//   NATS_URL=nats://127.0.0.1:4222 node examples/backend/main.js examples/backend/jobs.json
import { readFile } from 'node:fs/promises';
import { createKnellClient, loginFrom } from 'knell/client';
import { createDispatcher } from './dispatcher.js';
import { linkToKnell } from './knell-link.js';

const [file] = process.argv.slice(2);
const text =
  file && (await readFile(file, 'utf8').catch((error) => console.error(`${file} can't be read: ${error.message}`)));
if (!text) {
  console.error('Give a file of jobs: node examples/backend/main.js examples/backend/jobs.json');
  process.exit(2);
}
const { slots, timeoutS, tap, retryMs, subscriptions, jobs } = parse(text);
const { KNELL_PREFIX, KNELL_PUBLIC_KEYS } = process.env;
const knell = linkToKnell({
  connect: () =>
    createKnellClient({
      // NATS_URL or NATS_CONTEXT, and NATS_CREDS, NATS_NKEY, NATS_USER … as the nats command line has them.
      nats: loginFrom(undefined, process.env) ?? 'nats://127.0.0.1:4222',
      by: 'example-backend',
      prefix: KNELL_PREFIX,
      // Where knell signs its commands: whose signature counts.
      publicKeys: KNELL_PUBLIC_KEYS,
      onError: (error, about) => console.log(`knell: ${about}: ${error.message}`),
    }),
});
const dispatcher = createDispatcher({ knell, slots, timeoutS, tap, retryMs, subscriptions });
await dispatcher.listen();
await knell.onNotice(({ kind, message }) => console.log(`notice ${kind}: ${message}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await dispatcher.stop();
    await knell.close();
  });
}
// A knell that is there is asked from the first job on.
await knell.whenLinked(2_000);
for (const job of jobs) dispatcher.add(job);
await dispatcher.whenIdle();
await knell.close();

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    console.error(`${file} can't be read: ${error.message}`);
    process.exit(2);
  }
}
