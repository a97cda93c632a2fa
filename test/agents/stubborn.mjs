// A doomed agent that will not go: it and its grandchildren ignore SIGINT and SIGTERM and hold its output open.
// One grandchild has left the process group (setsid), a second one has lost its parent as well.
// Prints "ready <pid> <pid>…" once all of them are deaf to signals; the argument `mortal` makes the agent itself obey.
import { spawn } from 'node:child_process';

const deaf =
  "process.on('SIGINT', () => {}); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('pid ' + process.pid);";
const mortal = process.argv[2] === 'mortal';
if (!mortal) {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
}

function start(code) {
  const child = spawn(process.execPath, ['-e', code], { detached: true, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  child.stderr.resume();
  return new Promise((resolve) => child.once('message', resolve));
}

// Both write "pid N" to the agent's own output, and tell it to the agent too.
const child = await start(`${deaf} process.send(process.pid)`);
const orphan = await start(`
  const { spawn } = require('node:child_process');
  const deep = spawn(process.execPath, ['-e', ${JSON.stringify(`${deaf}`)}], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  deep.stdout.once('data', () => { process.send(deep.pid, () => process.exit()); });
`);
console.log(`ready ${process.pid} ${child} ${orphan}`);
setInterval(() => {}, 1000);
