import { expect, it } from 'vitest';
import { ghRunLog } from '../../../src/decode/carriers/gh-run-log.ts';
import { AT_MS, opened } from './opened.ts';

it.each(['', '\ufeff'])('takes job, step and stamp off, behind %j too', (mark) => {
  expect(opened(ghRunLog, `build (tâche)\tRun agent\t${mark}2026-01-29T16:29:20.0000000Z   text`)).toEqual([
    { text: '  text', timeMs: AT_MS },
  ]);
});

it.each(['build\t2026-01-29T16:29:20.0Z text', 'build\tstep\ttext', '\tstep\t2026-01-29T16:29:20.0Z text'])(
  'has not written %j',
  (line) => {
    expect(opened(ghRunLog, line)).toBeUndefined();
  },
);
