// Ends at once with code 3, and leaves a process behind that holds its standard output open.
import { spawn } from 'node:child_process';

const daemon = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
  detached: true,
  stdio: ['ignore', 'inherit', 'ignore'],
});
daemon.unref();
console.log(`daemon ${daemon.pid}`);
process.exitCode = 3;
