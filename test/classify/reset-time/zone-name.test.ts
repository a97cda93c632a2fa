import { expect, test } from 'vitest';
import { readZone } from '../../../src/classify/reset-time/zone-name.ts';

const WINTER = Date.UTC(2026, 10, 22);
const SUMMER = Date.UTC(2026, 6, 1);
/** Minutes ahead of UTC in winter and in summer. */
const offsets = (name: string) => {
  const zone = readZone(name);
  return zone && [zone.offset(WINTER), zone.offset(SUMMER)];
};

test.each<[string, number, number]>([
  ['UTC', 0, 0],
  ['Z', 0, 0],
  ['GMT', 0, 0],
  ['PST', -480, -480],
  ['pdt', -420, -420],
  ['EST', -300, -300],
  ['CDT', -300, -300],
  ['CEST', 120, 120],
  ['AEDT', 660, 660],
  ['ACDT', 630, 630],
  ['UTC+2', 120, 120],
  ['GMT-05:30', -330, -330],
  ['+0530', 330, 330],
  ['-05:30', -330, -330],
  ['UTC+14', 840, 840],
  ['America/New_York', -300, -240],
  ['america/new_york', -300, -240],
  ['AMERICA/ARGENTINA/BUENOS_AIRES', -180, -180],
  ['Etc/GMT+5', -300, -300],
  ['Japan', 540, 540],
])('%s is %i minutes ahead of UTC in winter and %i in summer', (name, winter, summer) => {
  expect(offsets(name)).toEqual([winter, summer]);
});

test.each([
  ['CST: America, China or Cuba', 'CST'],
  ['IST: India, Israel or Ireland', 'IST'],
  ['BST: Britain or Bangladesh', 'BST'],
  ['an offset that no place has', 'UTC+15'],
  ['minutes that no clock has', 'UTC+5:75'],
  ['a place that is none', 'Mars/Olympus'],
  ['a name that every object has', 'constructor'],
  ['three letters that only Node knows', 'PRC'],
  ['nothing', ''],
])('%s is no zone', (_what, name) => {
  expect(readZone(name)).toBeUndefined();
});
