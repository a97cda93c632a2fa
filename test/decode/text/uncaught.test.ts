import { expect, it } from 'vitest';
import { isLastTrace, isUncaught } from '../../../src/decode/text/uncaught.ts';
import { shapesOf } from './shapes.ts';

const TRACE =
  'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in <module>\n    main()\nMcpError: closed';

it('knows an exception that ended its program by the trace above it, or the interpreter below', () => {
  expect(isUncaught(shapesOf(TRACE), 3, 3)).toBe(true);
  expect(isUncaught(shapesOf('Error: boom\n    at main (a.js:1:2)\n\nNode.js v20.1.0'), 0, 0)).toBe(true);
  expect(isUncaught(shapesOf('Error: boom\n    at main (a.js:1:2)'), 0, 0)).toBe(false);
});

it.each([
  ['the last that was said', TRACE, true],
  ['with a shell below it that counts', `${TRACE}\nexit code: 1`, true],
  ['with more said below it', `${TRACE}\nstep 2 begins now`, false],
])('takes a trace %s for the end of its program', (_, text, last) => {
  expect(isLastTrace(shapesOf(text), 3, 3)).toBe(last);
});

it('takes the trace that a log shows for none', () => {
  expect(isLastTrace(shapesOf(`ERROR:agents.mcp:connect failed\n${TRACE}`), 4, 4)).toBe(false);
});
