import { expect, it } from 'vitest';
import {
  EMPTY_OUTPUT,
  isClosedBelow,
  isOldExec,
  isTitleAlone,
  OUTPUT_HEADING,
} from '../../src/decode/codex-headings.ts';

it('knows the early heading that has its command in it', () => {
  expect(isOldExec('[2025-08-04T22:22:15] exec bash -lc ls in /srv/lane')).toBe(true);
  expect(isOldExec('exec bash -lc ls in /srv/lane')).toBe(true);
  expect(isOldExec('exec')).toBe(false);
  expect(isOldExec('I exec it in /srv')).toBe(false);
});

it('knows a heading over what a command printed from that of one that printed nothing', () => {
  const heading = "bash -lc 'ls' in /srv succeeded in 12ms";
  expect([OUTPUT_HEADING.test(`${heading}:`), EMPTY_OUTPUT.test(`${heading}:`)]).toEqual([true, false]);
  expect([OUTPUT_HEADING.test(heading), EMPTY_OUTPUT.test(heading)]).toEqual([false, true]);
});

it('ends with its account, above which only its own words stand', () => {
  expect(isClosedBelow(['ERROR: a', '', 'ERROR: b', 'tokens used', '12'], 0)).toBe(true);
  expect(isClosedBelow(['ERROR: a', 'codex', 'Done.', 'tokens used'], 0)).toBe(false);
  expect(isClosedBelow(['ERROR: a'], 0)).toBe(false);
});

it('knows a thought that is no more than its title', () => {
  const lines = ['thinking', '**Reading the tests**', '', 'They print'].map((raw) => ({ raw }));
  expect(isTitleAlone(lines, 1)).toBe(true);
  expect(isTitleAlone(lines, 3)).toBe(false);
  expect(isTitleAlone(lines.slice(1), 0)).toBe(false);
  const behind = (command: string) => isTitleAlone([{ raw: 'exec' }, { raw: command }, ...lines], 3);
  expect(behind("bash -lc 'make' in /srv")).toBe(true);
  expect(behind("bash -lc 'cat last.log' in /srv")).toBe(false);
});
