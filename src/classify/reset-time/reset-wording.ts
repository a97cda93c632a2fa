import { plainWording } from './plain-wording.ts';
import type { WallTime } from './wall-time.ts';
import { readZone } from './zone-name.ts';

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Words around a time that do not change it. */
const FILLERS = new Set(
  'at on by of the and until after around about try again retry available will reset resets'.split(' '),
);

/** One kind of token: where it matches, what it says; `undefined` when it says nothing sensible. */
interface Token {
  readonly pattern: RegExp;
  read(...groups: (string | undefined)[]): WallTime | undefined;
}

/** In this order at each place of the text. */
const TOKENS: readonly Token[] = [
  { pattern: /[\s,;.!()[\]"'`]+/y, read: () => ({}) },
  { pattern: /(\d{4})[-/](\d{2})[-/](\d{2})(?:t(?=\d)|(?!\d))/y, read: (...ymd) => dateOf(ymd.map(Number)) },
  { pattern: /(\d{1,2})\/(\d{1,2})\/(\d{4})(?!\d)/y, read: (...parts) => slashDate(parts.map(Number)) },
  {
    pattern: /(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?([ap])\.? ?m\b/y,
    read: (hour, minute, second, half) => {
      const isOnDial = Number(hour) >= 1 && Number(hour) <= 12;
      return isOnDial ? clockOf((Number(hour) % 12) + (half === 'p' ? 12 : 0), minute, second) : undefined;
    },
  },
  {
    pattern: /(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(?![\d:])/y,
    read: (hour, minute, second, fraction) => clockOf(Number(hour), minute, second, fraction),
  },
  { pattern: /(20\d{2})(?!\d)/y, read: (year) => ({ year: Number(year) }) },
  { pattern: /(\d{1,2})(?:st|nd|rd|th)?(?![\da-z:/-]|\.\d)/y, read: (day) => ({ day: Number(day) }) },
  { pattern: /((?:utc|gmt)[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2})(?!\d)/y, read: zoneOf },
  { pattern: /([a-z]+(?:[_/][a-z0-9_/+-]+)?)/y, read: wordOf },
];

/**
 * The wall time that a wording means: `Nov 23, 8pm (UTC)`, `Monday at 9am`, `2026-11-22T16:03:14Z`, … The parts may come in
 * any order, each at most once. `undefined` as soon as a single part is not understood, so that half a meaning is never
 * taken for the whole.
 */
export function readWallTime(text: string): WallTime | undefined {
  const wording = plainWording(text);
  let wall: WallTime = {};
  for (let position = 0; position < wording.length; ) {
    const token = readToken(wording, position);
    if (!token || Object.keys(token.says).some((part) => part in wall)) return undefined;
    wall = { ...wall, ...token.says };
    position = token.end;
  }
  return isWhole(wall) ? wall : undefined;
}

function readToken(wording: string, position: number): { says: WallTime; end: number } | undefined {
  for (const { pattern, read } of TOKENS) {
    pattern.lastIndex = position;
    const match = pattern.exec(wording);
    const says = match && read(...match.slice(1));
    if (match) return says ? { says, end: pattern.lastIndex } : undefined;
  }
  return undefined;
}

/** A day needs its month and a month its day, a year needs both, and something must say when at all. */
function isWhole({ year, month, day, weekday, inDays, clock }: WallTime): boolean {
  if ((month === undefined) !== (day === undefined)) return false;
  if (year !== undefined && month === undefined) return false;
  if (inDays !== undefined && month !== undefined) return false;
  return [month, weekday, inDays, clock].some((part) => part !== undefined);
}

function wordOf(word = ''): WallTime | undefined {
  if (FILLERS.has(word)) return {};
  if (word === 'today') return { inDays: 0 };
  if (word === 'tomorrow') return { inDays: 1 };
  if (word === 'noon') return clockOf(12);
  // The midnight of a day is its end: the start may already be behind us, and would be the earlier of the two.
  if (word === 'midnight') return clockOf(24);
  const month = MONTHS.findIndex((name) => isShortFor(word, name)) + 1;
  if (month > 0) return { month };
  const weekday = WEEKDAYS.findIndex((name) => isShortFor(word, name)) + 1;
  return weekday > 0 ? { weekday } : zoneOf(word);
}

/** `sep`, `sept` and `september`; `thu`, `thurs` and `thursday`. */
function isShortFor(word: string, name: string): boolean {
  return word === name || (word.length >= 3 && word.length <= 5 && name.startsWith(word));
}

function zoneOf(name = ''): WallTime | undefined {
  const zone = readZone(name);
  return zone && { zone };
}

function clockOf(hour: number, minute = '0', second = '0', fraction = ''): WallTime {
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return { clock: { hour, minute: Number(minute), second: Number(second), millisecond } };
}

function dateOf([year, month, day]: number[]): WallTime | undefined {
  return year && month && day ? { year, month, day } : undefined;
}

/** `10/26/2026` and `26/10/2026` can be read only one way, `8/12/2026` two. */
function slashDate([first = 0, second = 0, year = 0]: number[]): WallTime | undefined {
  if (second > 12 || first === second) return dateOf([year, first, second]);
  return first > 12 ? dateOf([year, second, first]) : undefined;
}
