import { spawn } from 'node:child_process';

/*
 * What `npm test` does once all is set up. Lint, types, the rules and the demo need little and wait much, so they go side by
 * side; what each says is printed when it is over. Then come all tests, the attacks beside the others.
 * Exits 1 where anything failed.
 */

const BESIDE = [
  'npm run --silent lint',
  'npm run --silent types',
  'node dist/main.cjs rules check',
  // The catalogue of all causes, statements and rules: a page that can't be made is found here.
  'mkdir -p .knell && node dist/main.cjs rules docs > .knell/rules.md && node dist/main.cjs rules docs --html > .knell/rules.html',
  'node dist/demo/demo.js',
  'node test/audit.js',
];
/** One file after the other, on a server of their own: beside all others they cost no time. */
const ATTACKS = 'npx vitest run --project attacks';
const TESTS =
  'npx vitest run --project chaos --project pure --project long --project served --project real --project alone';

/** Runs a command line; resolves with its exit code and what it printed. */
function run(command, stdio = 'pipe') {
  const child = spawn(command, { shell: true, stdio: ['ignore', stdio, stdio] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Ended by a signal it has no code, and has failed.
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const seconds = (sinceMs) => ((performance.now() - sinceMs) / 1_000).toFixed(1);

async function tell(command) {
  const startMs = performance.now();
  const { code, output } = await run(command);
  process.stdout.write(
    `\n> ${command}\n${output}${code === 0 ? 'done' : `FAILED with exit code ${code}`}, ${seconds(startMs)} s\n`,
  );
  return code;
}

const codes = await Promise.all(BESIDE.map(tell));
if (codes.some((code) => code !== 0)) process.exit(1);
const attacks = tell(ATTACKS);
const { code } = await run(TESTS, 'inherit');
process.exit(code || (await attacks));
