import { expect, it } from 'vitest';
import { isHeaderLine } from '../../src/decode/header-lines.ts';

it.each(['[warn] slow', 'npm notice new version', '(node:12) ExperimentalWarning: x', '----'])(
  'takes %j for a header of any runtime',
  (text) => {
    expect(isHeaderLine('generic', text)).toBe(true);
  },
);

it('takes a header for one in its own runtime only', () => {
  expect(isHeaderLine('codex', 'workdir: /srv')).toBe(true);
  expect(isHeaderLine('gemini', 'workdir: /srv')).toBe(false);
});

it.each(['warned', '---', 'I see (node:1) here', 'ERROR: failed'])('takes %j for none', (text) => {
  expect(isHeaderLine('codex', text)).toBe(false);
});

it('knows no headers of a runtime named like a property of every object', () => {
  expect(isHeaderLine('constructor', 'text')).toBe(false);
});
