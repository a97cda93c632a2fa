#!/usr/bin/env node
// Runs an agent, prints what dooms it, and ends it: knell's engine in a program of your own, without a server.
//   node examples/engine/watch-agent.js codex exec --json "fix the build"
import { spawn } from 'node:child_process';
import { classify, loadEngineRules } from 'knell';

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('Name the agent: node examples/engine/watch-agent.js codex exec --json "fix the build"');
  process.exit(2);
}
const rules = await loadEngineRules();
const agent = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
const exit = {};
agent.once('close', (code, signal) => Object.assign(exit, { code, signal }));
agent.once('error', (error) => {
  console.error(`${command} can't be started: ${error.message}`);
  process.exit(127);
});
for await (const found of classify(agent.stdout, { rules, exit })) {
  console.log(`${found.schema} ${found.category}: ${found.message}`);
  if (found.schema === 'knell.abort/v1') agent.kill();
}
