import { expect, it } from 'vitest';
import { kubectl } from '../../../src/decode/carriers/kubectl.ts';
import { opened } from './opened.ts';

it('names the pod and its container', () => {
  expect(opened(kubectl, '[pod/agent-7d9c/agent]   text')).toEqual([
    { text: '  text', source: 'pod/agent-7d9c/agent' },
  ]);
});

it.each(['[pod/agent] text', '[agent] text', '[pod/a/b]text', '[pod/A/b] text'])('has not written %j', (line) => {
  expect(opened(kubectl, line)).toBeUndefined();
});
