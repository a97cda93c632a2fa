import { expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import type { TextSource } from '../../../src/decode/text/text-source.ts';
import { hintsBelow, offersWayOut, wayOutAt } from '../../../src/decode/text/way-out.ts';

const SOURCE: TextSource = {
  name: 'claude-code',
  known: () => undefined,
  isAgent: true,
  hasAnswers: true,
  isClientOnly: false,
};
const shapes = (lines: readonly string[]) => lines.map((line) => shapeLine(line));
const menu = (question: string, first: string, second: string) => [
  "You've hit your weekly limit",
  '',
  question,
  `❯ 1. ${first}`,
  `  2. ${second}`,
];

it('is a menu that offers to wait, to upgrade or to log in', () => {
  const lines = shapes(menu('What do you want to do?', 'Stop and wait for limit to reset', 'Upgrade your plan'));
  expect(wayOutAt(lines, 2, SOURCE)?.last).toBe(4);
  expect(offersWayOut(lines, 0, SOURCE)).toBe(true);
});

it('is no menu that asks for anything else, and none that was answered', () => {
  const other = shapes(menu('Do you want to proceed?', 'Yes', 'No'));
  expect(wayOutAt(other, 2, SOURCE)).toBeUndefined();
  const lines = menu('What do you want to do?', 'Stop and wait for limit to reset', 'Upgrade your plan');
  expect(offersWayOut(shapes([...lines, '● Now the tests.']), 0, SOURCE)).toBe(false);
});

it('stands right below the failure', () => {
  const lines = menu('What do you want to do?', 'Stop and wait for limit to reset', 'Upgrade your plan');
  const [banner = '', ...rest] = lines;
  expect(offersWayOut(shapes([banner, '', '', '', ...rest]), 0, SOURCE)).toBe(false);
});

it.each([
  [["● You've hit your weekly limit", "  /upgrade or /extra-usage to finish what you're working on."], true],
  [["● You've hit your weekly limit", '', '  /login to sign in again'], true],
  [["You've hit your weekly limit", "  /upgrade or /extra-usage to finish what you're working on."], false],
  [["● You've hit your weekly limit", "/upgrade or /extra-usage to finish what you're working on."], false],
  [["● You've hit your weekly limit", '  /upgrade is what it says.'], false],
])('%j has the commands of its client below: %s', (lines, expected) => {
  expect(hintsBelow(shapes(lines), 0)).toBe(expected);
});
