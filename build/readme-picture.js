// Makes the picture at the top of the README from a real run of the demo: npm run picture
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { terminalSvg } from './terminal-svg.js';

const root = join(import.meta.dirname ?? '.', '..');
const { stdout, status } = spawnSync(process.execPath, [join(root, 'dist', 'demo', 'demo.js')], {
  encoding: 'utf8',
  env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: undefined },
});
if (status !== 0) {
  process.stderr.write(`the demo did not come true:\n${stdout}`);
  process.exit(1);
}
const lines = stdout.trim().split('\n');
const later = lines.findIndex((line) => line.includes('More work is scheduled'));
const verdicts = lines.findIndex((line) => /✓/.test(line));
// What happens, without what the agents go on saying; then what became of each.
const happened = lines.slice(0, later).filter((line) => !/reader .*says/.test(line) || /I will read/.test(line));
const picture = [
  '\u001b[2m$\u001b[22m npm run demo',
  ...happened.filter((line, at) => plain(line).trim() !== '' || (at > 0 && plain(happened[at - 1]).trim() !== '')),
  '',
  ...lines.slice(verdicts),
];
const title = `A real run of knell's demo: ${plain(lines.slice(verdicts).join(' '))}`;
mkdirSync(join(root, 'docs'), { recursive: true });
writeFileSync(join(root, 'docs', 'demo.svg'), terminalSvg(picture, { title, columns: 122 }));

function plain(text) {
  return text.replace(/\u001b\[\d+m/g, '').replace(/\s+/g, ' ');
}
