import { expect, it } from 'vitest';
import { takeSource } from '../../../src/decode/text/line-source.ts';

it.each([
  ['[worker-3] key refused', '[worker-3]', 'key refused'],
  ['[relay] #ops <- key refused', '[relay]', 'key refused'],
  ['[agent:a] stderr: key refused', '[agent:a]', 'key refused'],
  ['[relay] stderr: key refused', '[relay]', 'stderr: key refused'],
  ['[runner] [3/7] key refused', '[runner]', 'key refused'],
  ['[runner] acme/web: key refused', '[runner]', 'key refused'],
  ['[runner] src/web: key refused', '[runner]', 'src/web: key refused'],
  ['[CLI] Error: key refused', '[CLI]', 'Error: key refused'],
  ['[API] Error: key refused', undefined, '[API] Error: key refused'],
  ['[tool] key refused', undefined, '[tool] key refused'],
])('%j comes from %j', (line, source, rest) => {
  expect(takeSource(line)).toEqual({ rest, source });
});

it('keeps the name that stood before', () => {
  expect(takeSource('[worker-3] key refused', '[pool]')).toEqual({ rest: 'key refused', source: '[pool]' });
});
