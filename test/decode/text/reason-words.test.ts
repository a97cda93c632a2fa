import { expect, it } from 'vitest';
import { REASON_WORDS } from '../../../src/decode/text/reason-words.ts';

const named = new RegExp(`^(?:${REASON_WORDS})$`, 'iu');

it.each(['Detail', 'Details', 'Reason', 'Grund', 'detalle', 'Причина', '原因'])('%s names a reason', (word) => {
  expect(named.test(word)).toBe(true);
});

it.each(['Result', 'Status', 'Detailed'])('%s does not', (word) => {
  expect(named.test(word)).toBe(false);
});
