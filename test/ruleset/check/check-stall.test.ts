import { expect, it } from 'vitest';
import type { Stall } from '../../../src/contracts/rule-pack.ts';
import { checkStall } from '../../../src/ruleset/check/check-stall.ts';
import type { Said } from '../../../src/ruleset/findings/report.ts';

function pathsOf(stall: unknown) {
  const said: Said[] = [];
  checkStall(stall as Stall, ['stall'], (one) => said.push(one));
  return said.map(({ code, path }) => [code, path.join('.')]);
}

it.each([
  [{ warn: '5m', abort: '10m' }, []],
  [{ warn: '5m' }, []],
  [{ warn: '5m', abort: '300s' }, ['stall.abort']],
  [{ warn: '5m', open_tool: { warn: '2h', abort: '1h' } }, ['stall.open_tool.abort']],
  [{ warn: '5m', text: { warn: '2h', abort: '1h' } }, ['stall.text.abort']],
  [{ warn: '5m', tools: { Bash: { warn: '2h', abort: '1h' } } }, ['stall.tools.Bash.abort']],
])('%j', (stall, paths) => {
  expect(pathsOf(stall)).toEqual(paths.map((path) => ['stall-order', path]));
});
